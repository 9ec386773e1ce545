"""Load grades, products and recipes (bills of materials) of the factories.

``kind``: raw and finished goods are stored by lot; services are not. A recipe says how
much of one material makes how much of a product, and how far the yield may miss it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.session import Session
from loading.sync import Outcome

PRODUCTS = Layout(
    "product",
    (
        Column("code", required=True, field="default_code"),
        Column("company", field="company_id", reference="company"),
        Column("name", required=True, field="name"),
        Column("kind", values.one_of("raw", "finished", "service"), required=True),
        Column("unit", values.one_of("kg", "unit")),
        Column("price", values.amount, field="list_price"),
        Column("remark"),
    ),
    ("code",),
)
RECIPES = Layout(
    "recipe",
    (
        Column("code", required=True, field="code"),
        Column("company", required=True, field="company_id", reference="company"),
        Column("product", required=True, reference="product"),
        Column("quantity", values.positive, required=True, field="product_qty"),
        Column("material", required=True, reference="product"),
        Column("material_quantity", values.positive, required=True),
        Column("yield_percent", values.amount, field="expected_yield"),
        Column("tolerance_points", values.amount, field="yield_tolerance"),
        Column("source"),
    ),
    ("code",),
)
GRADES = Layout(
    "grade",
    (
        Column("code", required=True, field="code"),
        Column("name", required=True, field="name"),
        Column("share_factor", values.positive, field="share_factor", default=1),
    ),
    ("code",),
)
UNITS = {"kg": "uom.product_uom_kgm", "unit": "uom.product_uom_unit"}
LINE = "bom_line_ids"
LINE_FIELDS = (
    f"{LINE}/product_id/.id",
    f"{LINE}/product_qty",
    f"{LINE}/product_uom_id/.id",
)


@dataclass(frozen=True)
class Files:
    """The checked files."""

    grades: Sheet
    products: Sheet
    recipes: Sheet


def check(options: argparse.Namespace) -> Files:
    """Read and check the files; needs no server."""
    return Files(
        read_sheet(options.grades, GRADES),
        read_sheet(options.products, PRODUCTS),
        read_sheet(options.recipes, RECIPES),
    )


def product_values(row: Row, units: dict[str, int]) -> dict[str, object]:
    """Give the values of a product that follow from its kind."""
    service = row["kind"] == "service"
    return {
        "type": "service" if service else "consu",
        "is_storable": not service,
        "tracking": "none" if service else "lot",
        "uom_id": units[row["unit"] or "unit"],
        "purchase_ok": False,
        "description": f"<p>{row['remark']}</p>" if row["remark"] else None,
    }


def work(
    client: rpc.Client, options: argparse.Namespace, files: Files
) -> Sequence[Outcome]:
    """Create or change grades, products, then recipes."""
    session = Session(client, options)
    session.check([files.products, files.recipes], {"product": files.products})
    units = {name: client.ref(external) for name, external in UNITS.items()}
    session.load(files.grades, "factory.grade", "grades")
    for code, part in session.each_company(files.products):
        session.load(
            part,
            "product.product",
            f"products of {code or 'all companies'}",
            kind="product",
            company=session.id_of("company", code),
            extra=lambda row: product_values(row, units),
        )
    made = _made(session, files.recipes)

    def recipe_values(row: Row) -> dict[str, object]:
        product = made.get(row["product"], {})
        material = made.get(row["material"], {})
        return {
            "product_tmpl_id": product.get("template"),
            "product_uom_id": product.get("unit"),
            "consumption": "flexible",
            f"{LINE}/product_id/.id": session.id_of("product", row["material"]),
            f"{LINE}/product_qty": row["material_quantity"],
            f"{LINE}/product_uom_id/.id": material.get("unit"),
        }

    for code, part in session.each_company(files.recipes):
        session.load(
            part,
            "mrp.bom",
            f"recipes of {code}",
            company=session.id_of("company", code),
            extra=recipe_values,
            created_only=LINE_FIELDS,
        )
    return session.outcomes


def _made(session: Session, sheet: Sheet) -> dict[str, dict[str, int]]:
    """Find template and unit of the products of recipes.

    :return: ``{product code: {"template": id, "unit": id}}``
    """
    codes = {row[name] for row in sheet.rows for name in ("product", "material")}
    products = session.resolver.look_up("product", codes)
    rows = session.client.search_read(
        "product.product",
        [("id", "in", list(products.values()))],
        ["default_code", "product_tmpl_id", "uom_id"],
    )
    return {
        row["default_code"]: {
            "template": row["product_tmpl_id"][0],
            "unit": row["uom_id"][0],
        }
        for row in rows
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    files = {
        "products": "products.csv",
        "recipes": "recipes.csv",
        "grades": "grades.csv",
    }
    return command.run(command.parser_for(__doc__, files), argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
