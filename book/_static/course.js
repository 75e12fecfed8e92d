// Small helps; the pages work without them. What they remember stays in this browser: nothing is sent.

// --- what the reader did: {read: {page: true}, quiz: {page: {question: [options in the order of opening]}}}

function remembered() {
  var nothing = { read: {}, quiz: {} };
  try {
    return Object.assign(nothing, JSON.parse(localStorage.getItem("everything-is-a-vector")));
  } catch (error) {
    return nothing; // storage is off, or holds something else
  }
}

function remember(kind, page, value) {
  var all = remembered();
  all[kind][page] = value;
  try {
    localStorage.setItem("everything-is-a-vector", JSON.stringify(all));
  } catch (error) {
    // storage is off or full: the page works on, and forgets
  }
}

// A page's address within the site, the same from a server and from a folder.
function pageOf(address) {
  var root = new URL(document.documentElement.dataset.content_root, location.href);
  return address.split(/[?#]/)[0].replace(root.href, "");
}

// --- which lessons were read to their end: marked in the list of pages

function markRead() {
  var read = remembered().read;
  document.querySelectorAll(".bd-docs-nav a").forEach(function (link) {
    if (!read[pageOf(link.href)] || link.querySelector(".ev-read")) return;
    link.insertAdjacentHTML("beforeend", ' <span class="ev-read" role="img" aria-label="read">✓</span>');
  });
}

document.addEventListener("DOMContentLoaded", function () {
  markRead();
  var quiz = document.querySelector(".ev-quiz");
  if (!quiz) return; // not a lesson
  new IntersectionObserver(function (entries, observer) {
    if (!entries[0].isIntersecting) return;
    observer.disconnect();
    remember("read", pageOf(location.href), true);
    markRead();
  }).observe(quiz.parentElement.lastElementChild);
});

// --- quizzes: without this script each is a list of plain <details>, which still answers

document.addEventListener("DOMContentLoaded", function () {
  var page = pageOf(location.href);
  document.querySelectorAll(".ev-quiz").forEach(function (quiz) {
    var groups = Array.from(quiz.querySelectorAll(".ev-question"));
    var opened = remembered().quiz[page] || {};
    var score = document.createElement("p");
    var again = document.createElement("button");
    score.className = "ev-quiz-score";
    score.setAttribute("role", "status");
    again.className = "btn btn-sm btn-outline-primary";
    again.textContent = "Start again";
    quiz.append(score, again);

    function show(verdict) {
      var answered = 0, first = 0, any = false;
      groups.forEach(function (group) {
        var right = options(group).map(isRight), seen = opened[question(group)] || [];
        if (seen.some(function (i) { return right[i]; })) answered++;
        if (right[seen[0]]) first++;
        if (seen.length) any = true;
      });
      score.textContent = verdict + answered + " of " + groups.length + " answered; " + first + " at the first try.";
      again.hidden = !any;
    }

    groups.forEach(function (group, number) {
      options(group).forEach(function (option, i) {
        option.open = (opened[question(group)] || []).includes(i);
        option.addEventListener("toggle", function () {
          var seen = opened[question(group)] || [];
          if (!option.open || seen.includes(i)) return;
          opened[question(group)] = seen.concat(i);
          remember("quiz", page, opened);
          show("Question " + (number + 1) + ": " + (isRight(option) ? "right. " : "not this one. "));
        });
      });
    });
    again.addEventListener("click", function () {
      opened = {};
      remember("quiz", page, opened);
      quiz.querySelectorAll("details").forEach(function (option) { option.open = false; });
      show("");
      groups[0].querySelector("summary").focus();
    });
    show("");
  });

  function question(group) { return group.querySelector("p").textContent; }
  function options(group) { return Array.from(group.querySelectorAll("details")); }
  function isRight(option) { return option.classList.contains("ev-right"); }
});

// --- a table that is wider than its place scrolls by itself; let the keyboard reach it (the theme does so for code)

function reachTables() {
  document.querySelectorAll(".bd-article table").forEach(function (table) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  });
}
document.addEventListener("DOMContentLoaded", reachTables);
window.addEventListener("resize", reachTables);

// --- paper is white: print what a reader sees in the dark as by day

window.addEventListener("beforeprint", function () {
  var html = document.documentElement, theme = html.dataset.theme;
  html.dataset.theme = "light";
  window.addEventListener("afterprint", function () { html.dataset.theme = theme; }, { once: true });
});
