"""What benchmarks share: clocks, Odoo in this process, a plan full of bookings."""
