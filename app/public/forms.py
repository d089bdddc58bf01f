"""Forms of the public pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.proposals.receipts import LONGEST
from app.web.forms import AssayForm


class ReceiptForm(AssayForm):
    """A receipt to be checked; the pages that show it keep nothing of it."""

    receipt = TextAreaField(
        _l("The receipt"),
        validators=[
            DataRequired(_l("Paste the receipt.")),
            Length(max=LONGEST, message=_l("This is too long for a receipt.")),
        ],
        description=_l("The whole text, from its first line to its last, from the mail or the file you kept."),
    )
