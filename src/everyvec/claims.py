"""A claim is a measured sentence: shown with its baseline and chance, and an error when it does not hold."""

from html import escape

from IPython.display import display


def claim(
    text: str,
    *,
    row: str,
    measured: float,
    baseline: float | None,
    chance: float | None,
    baseline_name: str = "baseline",
    at_least: float | None = None,
    at_most: float | None = None,
    unit: str = "",
) -> None:
    """Assert `text`, and show the numbers behind it.

    The plain text of the output does not vary from machine to machine; the numbers stand in its HTML and, for
    the Evidence page, in its metadata.

    Args:
        text: the claim, one sentence without numbers that vary.
        row: the row of the curriculum that it proves, such as `"1.4"`.
        measured: what this run found.
        baseline: what the obvious alternative gets in the same run, and `baseline_name` what that is.
        chance: what guessing gets; `None` only where guessing has no meaning (a loss, a time).
        at_least, at_most: the claim holds when `at_least <= measured <= at_most`; give one or both. Set them
            after several seeds, with room, never at the number that one run gave.
        unit: what the numbers count, such as `"accuracy"`.

    Raises:
        AssertionError: when the claim does not hold; NaN holds nowhere.
        ValueError: when neither bound is given.
    """
    if at_least is None and at_most is None:
        raise ValueError(f"a claim needs at_least or at_most: {text}")
    holds = (at_least is None or measured >= at_least) and (at_most is None or measured <= at_most)
    # NaN compares false with everything, so a claim about NaN fails
    threshold = " and ".join(
        f"{sign} {bound:.4g}" for sign, bound in (("≥", at_least), ("≤", at_most)) if bound is not None
    )
    record = {
        "claim": text,
        "row": row,
        "measured": float(measured),
        "baseline": None if baseline is None else float(baseline),
        "baseline_name": baseline_name,
        "chance": None if chance is None else float(chance),
        "at_least": at_least,
        "at_most": at_most,
        "unit": unit,
    }
    verdict = "holds" if holds else "does not hold"
    display(
        {
            "text/plain": f"claim {verdict} [{row}]: {text} (asked for {threshold})",
            "text/html": _box(verdict, record, threshold),
        },
        raw=True,
        metadata={"everyvec": record},
    )
    if not holds:
        raise AssertionError(
            f"the claim does not hold: {text}: measured {measured:.4g}, asked for {threshold} "
            f"({baseline_name}: {_number(baseline)}, chance: {_number(chance)})"
        )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _box(verdict: str, record: dict, threshold: str) -> str:
    # Styled in place, because JupyterLab knows no stylesheet of ours. Text takes the page's own colour.
    numbers = {
        "measured": record["measured"],
        record["baseline_name"]: record["baseline"],
        "chance": record["chance"],
    }
    cells = "".join(
        f'<span style="margin-right:1.6em;white-space:nowrap">{escape(name)} '
        f'<b class="ev-number">{_number(value)}</b></span>'
        for name, value in numbers.items()
    )
    unit = f" ({escape(record['unit'])})" if record["unit"] else ""
    edge = "#009E73" if verdict == "holds" else "#D55E00"
    return (
        f'<div class="ev-claim" style="border-left:4px solid {edge};padding:.4em .9em;margin:.3em 0">'
        f'<div><span class="ev-claim-mark">Claim {escape(record["row"])} {verdict}:</span> '
        f"<b>{escape(record['claim'])}</b></div>"
        f'<div class="ev-claim-numbers" style="margin-top:.25em">{cells}'
        f'<span style="white-space:nowrap">asked for {threshold}{unit}</span></div></div>'
    )
