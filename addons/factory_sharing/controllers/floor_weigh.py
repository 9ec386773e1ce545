# SPDX-License-Identifier: AGPL-3.0-or-later
from base64 import b64encode
from datetime import timedelta

from PIL import Image
from werkzeug.exceptions import Forbidden, NotFound

from odoo import Command, fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.image import image_process

from odoo.addons.factory_booking.controllers.floor import OPERATOR
from odoo.addons.factory_booking.controllers.form import number

from .floor_form import format_quantity, read_number, render_form, submit

PEOPLE = 12
LAST = 10
PHOTO_BYTES = 12 * 1024 * 1024
PHOTO_SIZE = (1280, 1280)
JPEG = b"\xff\xd8"


class FloorWeigh(http.Controller):
    """Weigh in with a phone: who, then sack after sack, then accept.

    It stands at no machine, and would fit ``factory_toll`` alone; but the frame, the
    style and the rules of the floor pages are of ``factory_booking``, which that addon
    does not know, and who brings material is looked up by his member number. Each
    sack is saved when it is weighed, so a phone that dies loses none; each weigher
    has his own tickets, so two work side by side.
    """

    # --- looking ---

    @http.route("/floor/weigh", type="http", auth="user", methods=["GET"])
    def weigh(self, q=""):
        """Ask who brings something; show open tickets and the last accepted ones."""
        self._check_may_read()
        intakes = request.env["factory.intake"]
        day = fields.Datetime.now() - timedelta(days=1)
        accepted = Domain("state", "=", "accepted") & Domain("date", ">=", day)
        values = {
            "q": q.strip(),
            "people": self._search_people(q.strip()),
            "drafts": intakes.search([("state", "=", "draft")], limit=LAST),
            "accepted": intakes.search(accepted, limit=LAST),
        }
        return self._render("factory_sharing.floor_weigh", values)

    @http.route("/floor/weigh/new", type="http", auth="user", methods=["GET"])
    def weigh_new(self, partner_id=0):
        """Ask for the first sack of a person; nothing is written yet."""
        self._check_may_weigh()
        partner = self._get_partner(partner_id)
        values = {
            **self._prepare_sack_values(request.env["factory.intake"]),
            "partner": partner,
            "warehouses": self._get_warehouses(),
        }
        return self._render("factory_sharing.floor_weigh_new", values)

    @http.route("/floor/weigh/<int:intake_id>", type="http", auth="user")
    def weigh_intake(self, intake_id):
        """Show a ticket: the sacks weighed, and the next one while it is open."""
        self._check_may_read()
        intake = self._get_intake(intake_id)
        values = {
            **self._prepare_sack_values(intake),
            "intake": intake,
            "photos": self._get_photos(intake),
        }
        return self._render("factory_sharing.floor_weigh_intake", values)

    # --- actions, one method each ---

    @http.route("/floor/weigh/new", type="http", auth="user", methods=["POST"])
    def weigh_first(self, partner_id=0, mode="toll", warehouse_id=0, **form):
        """Open a ticket with its first sack."""
        self._check_may_weigh()
        partner = self._get_partner(partner_id)
        warehouses = self._get_warehouses()
        wanted = warehouses.filtered(lambda w: w.id == number(warehouse_id))
        warehouse = wanted or warehouses[:1]

        company = warehouse.company_id or request.env.company

        def weigh():
            intakes = request.env["factory.intake"].with_company(company)
            sack = self._read_sack(form, company)
            intake = intakes.create(
                {
                    "partner_id": partner.id,
                    "mode": "bought" if mode == "bought" else "toll",
                    "company_id": company.id,
                    "warehouse_id": warehouse.id,
                    "line_ids": [Command.create(sack)],
                }
            )
            return f"/floor/weigh/{intake.id}"

        typed = {**form, "mode": mode, "warehouse_id": str(warehouse.id)}
        return submit(f"/floor/weigh/new?partner_id={partner.id}", weigh, typed)

    @http.route(
        "/floor/weigh/<int:intake_id>/sack", type="http", auth="user", methods=["POST"]
    )
    def weigh_sack(self, intake_id, **form):
        """Add the next sack."""

        def weigh(intake):
            sack = self._read_sack(form, intake.company_id)
            request.env["factory.intake.line"].create({**sack, "intake_id": intake.id})

        return self._act(intake_id, weigh, form)

    @http.route(
        "/floor/weigh/<int:intake_id>/drop", type="http", auth="user", methods=["POST"]
    )
    def weigh_drop(self, intake_id, line_id=0, **form):
        """Take back a sack that was typed wrongly."""

        def drop(intake):
            line = intake.line_ids.filtered(lambda sack: sack.id == number(line_id))
            if not line:
                raise UserError(request.env._("This sack is not there any more."))
            line.unlink()

        return self._act(intake_id, drop, form)

    @http.route(
        "/floor/weigh/<int:intake_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def weigh_accept(self, intake_id, quarantine="", external_ref="", **form):
        """Receive what was weighed: a lot for each sack."""

        def accept(intake):
            intake.write(
                {
                    "to_quarantine": bool(quarantine),
                    "external_ref": external_ref.strip()[:64] or intake.external_ref,
                }
            )
            intake.action_accept()

        typed = {**form, "quarantine": quarantine, "external_ref": external_ref}
        return self._act(intake_id, accept, typed)

    @http.route(
        "/floor/weigh/<int:intake_id>/cancel",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def weigh_cancel(self, intake_id, **form):
        """Give up a ticket that is not accepted yet."""

        def cancel(intake):
            intake._check_draft()
            intake.action_cancel()
            return "/floor/weigh"

        return self._act(intake_id, cancel, form)

    @http.route(
        "/floor/weigh/<int:intake_id>/photo",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def weigh_photo(self, intake_id, photo=None, **form):
        """Keep a photo with the ticket, small enough for a slow network."""

        def attach(intake):
            raw = photo.read(PHOTO_BYTES + 1) if hasattr(photo, "read") else b""
            small = self._shrink(raw)
            # its size is enough to know that there is one
            if intake.state == "draft" and not intake.with_context(bin_size=True).photo:
                intake.photo = b64encode(small)
                return
            request.env["ir.attachment"].create(
                {
                    "name": f"{intake.name.replace('/', '-')}.jpg",
                    "raw": small,
                    "res_model": intake._name,
                    "res_id": intake.id,
                }
            )

        return self._act(intake_id, attach, form)

    # --- what they share ---

    def _act(self, intake_id, action, form):
        """Act on a ticket once and go back to it."""
        self._check_may_weigh()
        intake = self._get_intake(intake_id)
        page = f"/floor/weigh/{intake.id}"
        return submit(page, lambda: action(intake) or page, form)

    def _check_may_read(self):
        user = request.env.user
        if user.share or not request.env["factory.intake"].has_access("read"):
            raise Forbidden()

    def _check_may_weigh(self):
        self._check_may_read()
        if not request.env.user.has_group(OPERATOR):
            raise Forbidden()

    def _render(self, template, values):
        may_weigh = request.env.user.has_group(OPERATOR)
        return render_form(template, {"may_weigh": may_weigh, **values})

    def _prepare_sack_values(self, intake):
        """Return what the form of a sack offers, as for the sack before."""
        company = intake.company_id or request.env.company
        intake_lines = request.env["factory.intake.line"]
        mine = [("create_uid", "=", request.env.uid), ("company_id", "=", company.id)]
        last = intake.line_ids[-1:] or intake_lines.search(
            mine, order="id desc", limit=1
        )
        companies = request.env.user.company_ids if not intake else company
        allowed = Domain("company_id", "in", [False, *companies.ids])
        products = request.env["product.product"].search(
            allowed & Domain("is_storable", "=", True) & Domain("tracking", "=", "lot")
        )
        return {
            "last": last,
            "products": products,
            "grades": request.env["factory.grade"].search(allowed),
            "tests": request.env["factory.intake.test.type"].search(allowed),
            "reasons": request.env["factory.intake.deduction"]
            ._fields["reason"]
            ._description_selection(request.env),
        }

    def _search_people(self, words):
        """Return who may bring material: by name, phone or member number."""
        partners = request.env["res.partner"]
        if not words:
            lines = request.env["factory.intake"].search(
                [("create_uid", "=", request.env.uid)], limit=LAST * 5
            )
            return lines.partner_id[:PEOPLE]
        members = request.env["coop.member"].sudo()
        # sudo: a weigher reads no member files; the number only finds the person
        numbered = members.search(
            [
                ("number", "=ilike", words),
                ("company_id", "in", request.env.user.company_ids.ids),
            ]
        )
        wanted = Domain("name", "ilike", words) | Domain("phone", "ilike", words)
        wanted |= Domain("id", "in", numbered.partner_id.ids)
        companies = [False, *request.env.user.company_ids.ids]
        allowed = Domain("company_id", "in", companies) & Domain("type", "=", "contact")
        return partners.search(wanted & allowed, limit=PEOPLE + 1)

    def _get_partner(self, partner_id):
        companies = [False, *request.env.user.company_ids.ids]
        partner = request.env["res.partner"].search(
            [("id", "=", number(partner_id)), ("company_id", "in", companies)]
        )
        if not partner:
            raise NotFound()
        return partner

    def _get_warehouses(self):
        warehouses = request.env["stock.warehouse"].search(
            [("company_id", "in", request.env.user.company_ids.ids)]
        )
        own = warehouses.filtered(lambda w: w.company_id == request.env.company)
        return own | warehouses

    def _get_intake(self, intake_id):
        """Return a ticket that the record rules let the user see.

        :raise NotFound: none, or another company's: the answer is the same
        """
        intake = request.env["factory.intake"].search([("id", "=", intake_id)])
        if not intake:
            raise NotFound()
        return intake.with_company(intake.company_id)

    def _get_photos(self, intake):
        return request.env["ir.attachment"].search(
            [
                ("res_model", "=", intake._name),
                ("res_id", "=", intake.id),
                ("mimetype", "=like", "image/%"),
            ]
        )

    def _read_sack(self, form, company):
        """Return values of a weighing from what was typed."""
        env = request.env
        own = Domain("company_id", "in", [False, company.id])
        product = request.env["product.product"].search(
            own & Domain("id", "=", number(form.get("product_id")))
        )
        if not product:
            raise UserError(env._("Choose what is in the sack."))
        grade = request.env["factory.grade"].search(
            own & Domain("id", "=", number(form.get("grade_id")))
        )
        gross = read_number(form.get("gross"), env._("Gross weight"))
        tare = read_number(form.get("tare"), env._("Sack or crate"), default=0.0)
        if tare >= gross:
            raise UserError(
                env._(
                    "The empty sack (%(tare)s kg) cannot weigh as much as the full one"
                    " (%(gross)s kg).",
                    tare=format_quantity(tare),
                    gross=format_quantity(gross),
                )
            )
        count = read_number(form.get("count"), env._("Count"), default=0.0)
        volume = read_number(form.get("volume"), env._("Volume"), default=0.0)
        percent = read_number(form.get("deduction"), env._("Deduction"), default=0.0)
        if percent > 100:
            raise UserError(env._("The deduction cannot be more than 100 %."))
        sack = {
            "product_id": product.id,
            "grade_id": grade.id,
            "gross_kg": gross,
            "tare_kg": tare,
            "second_qty": count,
            "volume_m3": volume,
            "test_ids": self._read_tests(form, own),
        }
        if percent:
            reasons = request.env["factory.intake.deduction"]._fields["reason"]
            reason = form.get("reason")
            known = reason in reasons.get_values(request.env)
            deduction = {"reason": reason if known else "other", "value": percent}
            sack["deduction_ids"] = [Command.create(deduction)]
        return sack

    def _read_tests(self, form, own):
        """Return the quick tests of a sack that were made."""
        commands = []
        for kind in request.env["factory.intake.test.type"].search(own):
            text = (form.get(f"test_{kind.id}") or "").strip()
            if text:
                value = read_number(text, kind.name)
                commands.append(Command.create({"type_id": kind.id, "value": value}))
        return commands

    def _shrink(self, raw):
        """Return a photo, at most 1280 pixels wide or high, as JPEG.

        :raise UserError: when it is none, or far too large
        """
        if not raw:
            raise UserError(request.env._("No photo was taken."))
        if len(raw) > PHOTO_BYTES:
            raise UserError(request.env._("The photo is larger than 12 MB."))
        try:
            small = image_process(
                raw,
                size=PHOTO_SIZE,
                verify_resolution=True,
                quality=80,
                output_format="JPEG",
            )
        except (OSError, Image.DecompressionBombError):
            small = b""  # cut off on the way, or made to fill the memory
        # the platform hands back unread what it does not take for a picture
        if not small.startswith(JPEG):
            raise UserError(request.env._("This is no photo. Take it again."))
        return small
