from . import factory_breakdown_report
