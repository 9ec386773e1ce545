# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager

from lxml import html

from odoo import http
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.factory_toll.tests.common import TollCommon


class FloorHttpCase(TollCommon, HttpCase):
    """A machine, an operator, an auditor; Ani's order of two sacks, Budi's sack by it.

    10 kg ginger and 2 bags give 1 kg powder, peel is weighed beside it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.centre = cls.env["mrp.workcenter"].create(
            {"name": "Penepungan uji", "company_id": cls.company.id}
        )
        cls.centre._get_floor_url()
        cls.machine = f"/floor/{cls.centre.floor_token}"
        cls.operator = cls._create_user("floor_http_operator", "operator")
        cls.auditor = cls._create_user("floor_http_auditor", "auditor")
        cls._add_own_stock(cls.bag, 100)

    @classmethod
    def _create_user(cls, login, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=company.ids,
            lang="en_US",
        )

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _read(self, path, status=200):
        with mute_logger("odoo.http"):
            answer = self.url_open(path)
        self.assertEqual(answer.status_code, status)
        return html.fromstring(answer.text)

    def _send(self, page, selector, resend=False, **typed):
        """Fill in a form of a page and send it as the browser does.

        :param page: parsed page
        :param str selector: CSS class of the form or of what is around it
        :param bool resend: send it a second time, as a bad network does
        :return: the page it leads to
        """
        marked = f"contains(concat(' ', @class, ' '), ' {selector} ')"
        form = page.xpath(f"//form[{marked}]|//*[{marked}]//form")[0]
        data = {**dict(form.form_values()), **typed}
        data["csrf_token"] = http.Request.csrf_token(self)
        action = form.get("action")
        answer = self.url_open(action, data=data)
        if resend:
            answer = self.url_open(action, data=data)
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        return html.fromstring(answer.text)

    def _post_refused(self, path, status, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        with mute_logger("odoo.http"):
            answer = self.url_open(path, data=data)
        self.assertEqual(answer.status_code, status)

    def _alert(self, page):
        shown = page.xpath("//p[@role='alert' and not(@hidden)]")
        return shown[0].text_content().strip() if shown else ""

    @contextmanager
    def _nothing_changes(self, *models):
        before = [self.env[model].search([]).ids for model in models]
        yield
        self.env.invalidate_all()
        after = [self.env[model].search([]).ids for model in models]
        self.assertEqual(after, before)
