"""`{evidence}`: every claim of the stored outputs. `{claim}`: one of them."""

from html import escape

from docutils import nodes

from .lessons import Claim, CourseDirective, Lesson


class Evidence(CourseDirective):
    """All claims, one section for each lesson."""

    def run(self) -> list[nodes.Node]:
        sections = []
        for lesson in self.lessons():
            for row in lesson.rows:
                if all(claim.row != row for claim in lesson.claims):
                    self.complain(f"{lesson.docname}.ipynb stores no claim for row {row}: run `make execute`")
            for claim in lesson.claims:
                if claim.row not in lesson.rows:
                    self.complain(f"{lesson.docname}.ipynb claims row {claim.row}, which its metadata lack")
            if lesson.claims:
                section = nodes.section(ids=[nodes.make_id(lesson.title)], names=[lesson.title])
                section += nodes.title("", lesson.title)
                section += nodes.raw("", self._table(lesson), format="html")
                sections.append(section)
        if not sections:
            self.complain("no lesson stores a claim: run `make execute`")
        return sections

    def _table(self, lesson: Lesson) -> str:
        # The roles repeat what the tags say: on a phone rows become blocks, and browsers forget the tags.
        names = ("Claim", "Measured", "Other seeds", "Baseline", "Chance", "Asked for")
        head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in names)
        rows = "".join(self._row(lesson, claim) for claim in lesson.claims)
        return (
            f'<table class="ev-evidence" role="table" aria-label="Claims of {escape(lesson.title)}">'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">{rows}</tbody></table>'
        )

    def _row(self, lesson: Lesson, claim: Claim) -> str:
        unit = f'<span class="ev-unit">{escape(claim.unit)}</span>' if claim.unit else ""
        cells = (
            ("Measured", f'<b class="ev-ours">{number(claim.measured)}</b>{unit}'),
            ("Other seeds", over_seeds(claim)),
            (
                "Baseline",
                f'{number(claim.baseline)}<span class="ev-unit">{escape(claim.baseline_name)}</span>',
            ),
            ("Chance", number(claim.chance)),
            ("Asked for", asked_for(claim)),
        )
        return (
            f'<tr role="row"><th scope="row" role="rowheader">'
            f'<span class="ev-row">{escape(claim.row)}</span> '
            f"{self.link(lesson.docname, claim.text, claim.anchor)}{strip(claim)}</th>"
            + "".join(f'<td role="cell" data-label="{label}">{value}</td>' for label, value in cells)
            + "</tr>"
        )


class OneClaim(CourseDirective):
    """The claim whose sentence starts with the argument, as a figure with its numbers."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        wanted = self.arguments[0]
        found = [
            (lesson, claim)
            for lesson in self.lessons()
            for claim in lesson.claims
            if claim.text.startswith(wanted)
        ]
        if len(found) != 1:
            self.complain(f"{len(found)} stored claims start with {wanted!r}; there must be exactly one")
            return []
        lesson, claim = found[0]
        numbers = [
            ("ours", "measured", claim.measured),
            ("base", claim.baseline_name, claim.baseline),
        ]
        numbers += [("chance", "chance", claim.chance)]
        items = "".join(
            f'<div><dt><span class="ev-key ev-{kind}" aria-hidden="true"></span>{escape(name)}</dt>'
            f"<dd>{number(value)}</dd></div>"
            for kind, name, value in numbers
            if value is not None
        )
        unit = f" ({escape(claim.unit)})" if claim.unit else ""
        html = (
            f'<div class="ev-taste"><p class="ev-taste-claim">{escape(claim.text)}</p>{strip(claim)}'
            f'<dl>{items}</dl><p class="ev-unit">The lesson stops with an error unless the measured value is '
            f"{asked_for(claim)}{unit}. "
            f"From {self.link(lesson.docname, lesson.title, claim.anchor)}.</p></div>"
        )
        return [nodes.raw("", html, format="html")]


def number(value: float | None) -> str:
    """Three significant digits below a thousand, whole numbers above; a dash for none."""
    if value is None:
        return "–"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−")


def over_seeds(claim: Claim) -> str:
    """The smallest and the largest value that runs with other seeds measured; a dash before there are any."""
    if not claim.seeds:
        return "–"
    low, high = number(min(claim.seeds)), number(max(claim.seeds))
    return low if low == high else f'{low} <span class="ev-to">to</span> {high}'


def asked_for(claim: Claim) -> str:
    """The claim's threshold, such as "≥ 0.8"."""
    bounds = (("≥", claim.at_least), ("≤", claim.at_most))
    return " and ".join(f"{sign}\u00a0{number(bound)}" for sign, bound in bounds if bound is not None)


def strip(claim: Claim) -> str:
    """A one-line plot of a claim's numbers and of the range asked for; the numbers stand beside it."""
    values = [claim.measured, claim.baseline, claim.chance, claim.at_least, claim.at_most, *claim.seeds]
    values = [value for value in values if value is not None]
    low, high = min(0.0, *values), max(values)
    if -1 <= low and high <= 1:
        low, high = (
            (-1.0 if low < 0 else 0.0),
            1.0,
        )  # a share or a correlation: show its whole range
    elif low == high:
        high = low + 1

    def x(value: float) -> str:
        return f"{2 + 96 * (value - low) / (high - low):.1f}%"

    start = low if claim.at_least is None else claim.at_least
    end = high if claim.at_most is None else claim.at_most
    width = f"{96 * (end - start) / (high - low):.1f}%"
    marks = [
        f'<rect class="ev-asked" x="{x(start)}" y="3" width="{width}" height="14"/>',
        f'<line class="ev-axis" x1="{x(low)}" x2="{x(high)}" y1="10" y2="10"/>',
    ]
    if claim.chance is not None:
        marks.append(
            f'<line class="ev-chance" x1="{x(claim.chance)}" x2="{x(claim.chance)}" y1="1" y2="19"/>'
        )
    if claim.baseline is not None:
        marks.append(f'<circle class="ev-base" cx="{x(claim.baseline)}" cy="10" r="5"/>')
    if claim.seeds:
        low_x, high_x = x(min(claim.seeds)), x(max(claim.seeds))
        marks.append(f'<line class="ev-seeds" x1="{low_x}" x2="{high_x}" y1="10" y2="10"/>')
    marks.append(f'<circle class="ev-ours" cx="{x(claim.measured)}" cy="10" r="6"/>')
    plot = f"<span>{number(low)}</span><svg>{''.join(marks)}</svg><span>{number(high)}</span>"
    return f'<span class="ev-strip" aria-hidden="true">{plot}</span>'
