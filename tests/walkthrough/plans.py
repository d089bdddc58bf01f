"""The ten proposals of the play: who applies, for what, and what they write. All names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Answers = dict[str, object]


@dataclass(frozen=True)
class Plan:
    """One applicant and one proposal. ``total`` are all costs; ``companies`` counts partners of the supply chain."""

    key: str
    title: str
    organisation: str
    country: str
    kind: str
    minerals: tuple[str, ...]
    area: str
    grant: str
    total: str
    prose: str
    months: int = 24
    partners: int = 2
    companies: int = 1

    @property
    def own(self) -> Decimal:
        return Decimal(self.total) - Decimal(self.grant)


ENGLISH = (
    "The mines of {area} sell below the local price because no buyer asks where the ore was dug. We train the "
    "cooperatives, keep the books with them and bring them together with a smelter that pays for traceable ore."
)
FRENCH = (
    "Les mines de {area} vendent en dessous du prix local parce qu’aucun acheteur ne demande où le minerai a été "
    "extrait. Nous formons les coopératives, tenons les registres avec elles et les mettons en lien avec un acheteur "
    "qui paie le minerai traçable. Les femmes y prennent part à égalité : « ici, chacune compte »."
)
SPANISH = (
    "Las minas de {area} venden por debajo del precio local porque ningún comprador pregunta dónde se extrajo el "
    "mineral. Formamos a las cooperativas, llevamos los registros con ellas y las unimos a un comprador que paga el "
    "mineral trazable. ¿Qué cambia? Más ingresos y menos riesgo para las niñas y los niños."
)

PLANS = {
    plan.key: plan
    for plan in (
        Plan("amina", "Cassitérite traçable des coopératives du Sud-Kivu", "Coopérative Umoja ya Wachimbaji", "CD",
             "cooperative_asm", ("tin",), "Kalehe, Sud-Kivu", "600000.00", "857142.86", FRENCH, months=36, partners=3),
        Plan("jean", "Safe coltan pits in the Southern Province", "Abacukuzi Coltan Union", "RW", "cooperative_asm",
             ("tantalum",), "Southern Province", "335000.00", "335000.00", ENGLISH),
        Plan("peter", "Wolframite with a paper trail", "Kirengo Mining Advisory", "UG", "ngo_national",
             ("tungsten",), "Western Uganda", "340000.01", "485714.30", ENGLISH),
        Plan("lucia", "Oro de mujeres barequeras", "Asociación Barequeras del Río", "CO", "ngo_national",
             ("gold",), "Alto San Juan", "340000.00", "340000.00", SPANISH, companies=0),
        Plan("issa", "Or sans mercure", "Or Propre Burkina", "BF", "ngo_national", ("gold",), "Sud-Ouest",
             "500000.00", "714285.72", FRENCH),
        Plan("nadia", "Cobalt under safe roofs in Lualaba", "Kolwezi Safe Cobalt", "CD", "company", ("cobalt",),
             "Lualaba", "800000.00", "1142857.15", ENGLISH, months=36, partners=4),
        Plan("pedro", "Oro responsable de Puno", "Minera Familiar Quispe", "PE", "company", ("gold",), "Puno",
             "250000.00", "250000.00", SPANISH, partners=1),
        Plan("elena", "Estaño justo del altiplano", "Cooperativa Estañífera Huanacota", "BO", "cooperative_asm",
             ("tin",), "Oruro", "200000.00", "200000.00", SPANISH),
        Plan("grace", "Savings groups of women miners", "Akiba ya Wanawake", "CD", "ngo_national", ("gold",),
             "Mahagi, Ituri", "180000.00", "180000.00", ENGLISH, months=18),
        Plan("sarah", "Incident reports by text message", "Sauti Incident Line", "CD", "ngo_national", ("gold", "tin"),
             "Djugu, Ituri", "300000.00", "300000.00", ENGLISH),
    )
}  # fmt: skip

CONSENTS = ("no_mfa_money", "no_sanctions", "integrity_declaration", "true_and_complete")
ANNEXES = {
    "annex_budget": "budget.pdf",
    "annex_partner_forms": "partners.pdf",
    "annex_cooperation": "cooperation.pdf",
    "annex_integrity": "integrity.pdf",
    "annex_logframe": "logframe.pdf",
}
COLUMNS: dict[str, dict[str, object]] = {
    "results": {"result": "Traceable ore", "indicator": "Tonnes with papers", "baseline": "0", "target": "120"},
    "activities": {"activity": "Training", "who": "The lead", "from_month": 1, "to_month": 12},
    "risks": {"risk": "Buyers leave", "likelihood": 2, "impact": 4, "response": "Two buyers from the start"},
}
CAPPED = {"contingency": Decimal("0.02"), "indirect": Decimal("0.03")}
PROSE = (
    "problem", "approach", "supply_chain_link", "conflict", "experience", "financial_capacity", "safeguarding",
    "target_group", "annex_ii_response", "objective", "gender", "environment", "engagement_plan", "sustainability",
    "value",
)  # fmt: skip


def answers(plan: Plan, email: str, contact: str) -> Answers:
    """Every answer of both stages by the name of its field; a page takes those that it asks for."""
    text = plan.prose.format(area=plan.area)
    found: Answers = {
        "title": plan.title,
        "countries": [plan.country],
        "minerals": list(plan.minerals),
        "duration": plan.months,
        "area": plan.area,
        "contact_name": contact,
        "contact_email": email,
        "annex_ii": ["none"],
        "outcomes": ["markets", "ability"],
        "starts_on": "2027-03-01",
        "mercury": "no",
        "supply_chain_partner": "yes" if plan.companies else "no",
        **{name: f"{text} ({name})" for name in PROSE},
        **dict.fromkeys(CONSENTS, "yes"),
        **_rows(plan),
        **money(plan.grant, plan.total),
    }
    for table, cells in COLUMNS.items():
        found |= {f"{table}.0.{column}": value for column, value in cells.items()}
    return found


def money(grant: str, total: str) -> Answers:
    """The figures: the grant, the costs by line, and the own contribution, half of it in kind."""
    costs, own = Decimal(total), Decimal(total) - Decimal(grant)
    lines = {line: (costs * share).quantize(Decimal("0.01")) for line, share in CAPPED.items()}
    lines["equipment"] = (costs / 4).quantize(Decimal("0.01"))
    lines["staff"] = costs - sum(lines.values())
    cash = (own / 2).quantize(Decimal("0.01"))
    budget = {f"budget.{line}.amount": f"{amount:f}" for line, amount in lines.items()}
    return {"grant": grant, "total_costs": total, "own_cash": f"{cash:f}", "own_in_kind": f"{own - cash:f}", **budget}


def _rows(plan: Plan) -> Answers:
    """The partners, of which the first leads and the last ones are of the supply chain, and one site."""
    found: Answers = {}
    for number in range(plan.partners):
        in_chain = number >= max(1, plan.partners - plan.companies) and plan.companies > 0
        name = plan.organisation if number == 0 else f"Partner {number} of {plan.organisation}"
        row = {
            "name": name,
            "country": plan.country,
            "kind": plan.kind if number == 0 else ("company" if in_chain else "ngo_national"),
            "role": "lead" if number == 0 else "partner",
            "supply_chain": "yes" if in_chain else "no",
            "task": "Runs the work" if number == 0 else "Takes part",
        }
        found |= {f"partners.{number}.{column}": value for column, value in row.items()}
    site = {
        "name": f"Site of {plan.area}",
        "country": plan.country,
        "province": plan.area,
        "minerals": list(plan.minerals),
        "miners": 120,
        "women": 44,
    }
    return found | {f"sites.0.{column}": value for column, value in site.items()}


def pdf(title: str) -> bytes:
    """A small valid PDF that names its purpose."""
    text = "".join(c for c in title if c.isascii() and c not in "()\\")
    stream = f"BT /F1 12 Tf 60 780 Td ({text}) Tj ET".encode()
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
    )
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    return (
        body
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(parts) + 1,
            len(body),
        )
    )
