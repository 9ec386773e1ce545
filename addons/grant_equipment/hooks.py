# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open core's company rule of equipment to both sides of a grant, and close it again.

Core lets only the companies of ``company_id`` see equipment. A granted machine has an
owner (the dinas) and an operator (the cooperative), each with its own company. Rules
without group are joined by AND, so a second rule cannot widen the first: core's own has
to change. Who may write stays narrow (``maintenance_equipment_rule_company_write``).
"""

RULE = "maintenance.maintenance_equipment_comp_rule"
CORE_DOMAIN = "[('company_id', 'in', company_ids + [False])]"
BOTH_SIDES_DOMAIN = (
    "['|', '|', '|', '|', ('company_id', 'in', company_ids + [False]),"
    " ('grant_company_id', 'in', company_ids),"
    " ('owner_id.commercial_partner_id.grant_company_ids', 'in', company_ids),"
    " ('custodian_id.commercial_partner_id.grant_company_ids', 'in', company_ids),"
    " ('operator_id.commercial_partner_id.grant_company_ids', 'in', company_ids)]"
)


def _set_rule_domain(env, domain):
    rule = env.ref(RULE, raise_if_not_found=False)
    if rule:
        rule.domain_force = domain


def post_init_hook(env):
    """Let owner and operator see the same machine."""
    _set_rule_domain(env, BOTH_SIDES_DOMAIN)


def uninstall_hook(env):
    """Give core's rule back as it was and take the sequences of BAST numbers along.

    The fields that the rule names are about to go; the sequences were made on first
    use, so no data file owns them.
    """
    _set_rule_domain(env, CORE_DOMAIN)
    env["ir.sequence"].search([("code", "=", "grant.handover")]).unlink()
