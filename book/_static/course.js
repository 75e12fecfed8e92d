// Two small helps; the pages work without them.

// A table that is wider than a phone scrolls by itself; let the keyboard reach it.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll(".bd-article table").forEach(function (table) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  });
});

// Marks the self-check quizzes: without this script each is a list of plain <details>, which still answers.
// A quiz is <div class="ev-quiz">: for each question a <p>, then one <details class="ev-right|ev-wrong"> an option.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll(".ev-quiz").forEach(function (quiz) {
    var questions = [];
    quiz.querySelectorAll("details.ev-right, details.ev-wrong").forEach(function (option) {
      var before = option.previousElementSibling;
      if (!before || before.tagName !== "DETAILS") questions.push({ answered: false, first: null });
      var question = questions[questions.length - 1];
      option.addEventListener("toggle", function () {
        if (!option.open || question.answered) return;
        var right = option.classList.contains("ev-right");
        if (question.first === null) question.first = right ? "right" : "wrong";
        question.answered = right;
        report();
      });
    });
    var line = document.createElement("p");
    line.className = "ev-quiz-score";
    line.setAttribute("role", "status");
    quiz.appendChild(line);

    function report() {
      var done = questions.filter(function (q) { return q.answered; }).length;
      var first = questions.filter(function (q) { return q.first === "right"; }).length;
      line.textContent = done + " of " + questions.length + " answered; " + first + " at the first try.";
    }
    report();
  });
});
