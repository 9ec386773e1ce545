# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, models
from odoo.exceptions import UserError


class CoopGuardMixin(models.AbstractModel):
    """Protect states and posted facts against direct writing, over RPC too.

    No context flag opens the guard: actions of the model call ``_write_guarded``,
    which no client can call, or write in SQL.
    """

    _name = "coop.guard.mixin"
    _description = "Fields That Only Actions May Change"

    #: {field: value at creation}; only actions change them
    _guarded_fields = {}
    #: fields that cannot change any more once ``_is_frozen``
    _frozen_fields = ()

    def _is_frozen(self):
        """Tell whether the record is a fact that nobody may change or delete."""
        self.ensure_one()
        return False

    @api.model_create_multi
    def create(self, vals_list):
        guarded = self._get_guarded_fields()
        for vals in vals_list:
            for field, initial in guarded.items():
                if (vals.get(field) or initial) != initial:
                    self._raise_guarded(self, field)
        records = super().create([{**vals, **guarded} for vals in vals_list])
        # a value or default that was brought along does not replace the computed one
        brought = {name for vals in vals_list for name in vals} | {
            key.removeprefix("default_") for key in self.env.context
        }
        for field in self._get_computed_facts() & brought:
            self.env.add_to_compute(self._fields[field], records)
        return records

    def write(self, vals):
        guarded = self._get_guarded_fields().keys() | self._get_computed_facts()
        for field in guarded & vals.keys():
            changed = self.filtered(lambda r, f=field: r._differs(f, vals[f]))
            if changed:
                self._raise_guarded(changed[:1], field)
        frozen_fields = set(self._frozen_fields) & vals.keys()
        if frozen_fields:
            for record in self.filtered(lambda record: record._is_frozen()):
                for field in frozen_fields:
                    if record._differs(field, vals[field]):
                        record._raise_frozen(field)
        return super().write(vals)

    @api.model
    def _get_guarded_fields(self):
        """Return ``{field: value at creation}`` of what only actions change.

        Mixins add theirs to those that the model names.
        """
        return self._guarded_fields

    @api.model
    def _get_computed_facts(self):
        """Return the stored fields that only their computation may fill.

        The ORM writes what it computes past ``write``.
        """
        return {
            name
            for name, field in self._fields.items()
            if field.store and field.readonly and field.compute
        }

    def _write_guarded(self, vals):
        """Write guarded fields, for the actions of the model.

        It skips the checks of ``write`` above and nothing else.
        """
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _differs(self, field, value):
        """Tell whether writing ``value`` would change the field."""
        self.ensure_one()
        description = self._fields[field]
        if description.type in ("one2many", "many2many"):
            # the lines have a guard of their own, adding one needs this one
            known = set(self[field].ids)
            return any(
                command[0] == Command.CREATE
                or (command[0] == Command.LINK and command[1] not in known)
                or (command[0] == Command.SET and set(command[2]) - known)
                for command in value or []
            )
        new = description.convert_to_cache(value, self, validate=False)
        old = description.convert_to_cache(self[field], self, validate=False)
        return (new or False) != (old or False)

    def _raise_guarded(self, record, field):
        raise UserError(
            self.env._(
                "%(record)s: “%(field)s” changes only through the buttons and actions"
                " of %(model)s, not by writing it.",
                record=record.display_name or self.env._("New record"),
                field=self._fields[field].string,
                model=self._description,
            )
        )

    def _raise_frozen(self, field):
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(record)s is a posted fact: “%(field)s” cannot change any more."
                " Correct it with a reversal or with the action made for it.",
                record=self.display_name,
                field=self._fields[field].string,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_frozen(self):
        for record in self:
            if record._is_frozen():
                raise UserError(
                    self.env._(
                        "%(record)s is a posted fact and stays in the books."
                        " Correct it with a reversal or with the action made for it.",
                        record=record.display_name,
                    )
                )
