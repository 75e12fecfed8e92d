"""`{module-map}`: the four modules at a glance. `{course-map}`: every row and its lessons."""

from html import escape
from pathlib import Path

from docutils import nodes

from .lessons import CourseDirective, Lesson

# Each module's picture, in the course's colours: see book/_static/course.css for the classes.
_PICTURES = Path(__file__).parent / "pictures"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


class ModuleMap(CourseDirective):
    """One card for each module, which says what exists and what is planned."""

    def run(self) -> list[nodes.Node]:
        lessons = self.lessons()
        cards = "".join(self._card(module, lessons) for module in self.curriculum())
        return [nodes.raw("", f'<ol class="ev-modules">{cards}</ol>', format="html")]

    def _card(self, module: dict, lessons: list[Lesson]) -> str:
        ids = {row["id"] for row in module["rows"]}
        here = [lesson for lesson in lessons if ids & set(lesson.rows)]
        covered = len({row for lesson in here for row in lesson.rows} & ids)
        anchor = f"module-{module['module']}"
        ideas = self.link("book/course-map", f"{len(ids)} ideas", anchor)
        if here:
            claims = sum(len(lesson.claims) for lesson in here)
            made = f"{_counted(len(here), 'lesson')} and {_counted(claims, 'claim')}"
            state = f"{made} so far: {covered} of {ideas}"
        else:
            state = f"Planned: {ideas}"
        picture = (_PICTURES / f"module-{module['module']}.svg").read_text(encoding="utf-8")
        links = "".join(f"<li>{self.link(lesson.docname, lesson.title)}</li>" for lesson in here)
        links = f"<ul>{links}</ul>" if links else ""
        return (
            f'<li class="{"ev-here" if here else "ev-planned"}">{picture}<div>'
            f'<p class="ev-module-name"><span>{module["module"]}</span> {escape(module["name"])} '
            f'<span lang="zh" class="ev-zh">{escape(module["zh"])}</span></p>'
            f'<p>You will {escape(module["does"])}.</p>{links}<p class="ev-state">{state}</p></div></li>'
        )


class CourseMap(CourseDirective):
    """Every row of the curriculum with the lessons that prove it."""

    def run(self) -> list[nodes.Node]:
        lessons, modules = self.lessons(), self.curriculum()
        known = {row["id"] for module in modules for row in module["rows"]}
        for lesson in lessons:
            for row in lesson.rows:
                if row not in known:
                    self.complain(
                        f"{lesson.docname}.ipynb names row {row}, which book/curriculum.yml does not have"
                    )
        return [self._section(module, lessons) for module in modules]

    def _section(self, module: dict, lessons: list[Lesson]) -> nodes.section:
        section = nodes.section(ids=[f"module-{module['module']}"], names=[module["name"]])
        section += nodes.title("", f"{module['module']} · {module['name']} ({module['zh']})")
        rows = "".join(self._row(row, lessons) for row in module["rows"])
        section += nodes.raw("", f'<ul class="ev-map">{rows}</ul>', format="html")
        return section

    def _row(self, row: dict, lessons: list[Lesson]) -> str:
        here = [lesson for lesson in lessons if row["id"] in lesson.rows]
        zh = f' <span lang="zh" class="ev-zh">{escape(row["zh"])}</span>' if "zh" in row else ""
        places = []
        for lesson in here:
            claims = sum(claim.row == row["id"] for claim in lesson.claims)
            places.append(f"{self.link(lesson.docname, lesson.title)} ({_counted(claims, 'claim')})")
        where = ", ".join(places) or "planned"
        return (
            f'<li class="{"ev-here" if here else "ev-planned"}"><span class="ev-row">{row["id"]}</span>'
            f'<div><span>{escape(row["title"])}{zh}</span><span class="ev-where">{where}</span></div></li>'
        )
