// What a reader can play with (book/_ext/everyvec_site/explorable.py writes the page's part, everyvec.explorable
// says what the data are). One function for each kind, below; before them what they share. Without this script a
// page shows the table. Words stand in STRINGS only; numbers come from the data or are computed here.
(function () {
  "use strict";

  const STRINGS = {
    en: {
      predict: "Predict.",
      verdict: (said, outcome) => `You said: ${said}. ${outcome}`,
      table: "Show as a table",
      analogies: {
        question: ([a, b, c]) => `Take the vector of ${b}, subtract ${a}, add ${c}. Which word lies nearest to the sum, when no word is left out?`,
        outcome: (word) => `It is ${word}. Now choose other words.`,
        slots: ["a", "is to b", "as c is to …"],
        hint: (slot) => `Or click a word on the map to make it ${"abc"[slot]}.`,
        space: "vectors learned from",
        leaveOut: "leave out the three words",
        target: "target",
        map: (where, [a, b, c]) => `A map of words. An arrow leads from ${a} to ${b}, and the same arrow from ${c} to the target.${where}`,
        near: (word) => ` On the map the target is closest to ${word}.`,
        nearest: "Nearest to the target, by cosine in all dimensions",
        asked: "in the question",
        offMap: "not on the map",
        result: ([a, b, c], word, cosine, flat, width) => `${b} − ${a} + ${c} lies nearest to ${word} (cosine ${cosine}). On the flat map the closest of its words is ${flat}; the map shows two directions of ${width}.`,
      },
      walk: {
        question: "With p = 1 and q = 1 the walker forgets where it came from. Now p becomes 1/2. Will it go straight back more often, less often, or as often?",
        options: ["more often", "less often", "as often"],
        outcome: (from, to, steps) => `In a walk of ${steps} steps the expected share of steps straight back goes from ${from} to ${to}. Now walk, and turn the two dials.`,
        p: "p (going back weighs 1/p)",
        q: "q (going far weighs 1/q)",
        step: "Step",
        run: "Run",
        stop: "Stop",
        reset: "New walk",
        kinds: { first: "first step", back: "back", near: "near", far: "far" },
        country: (name) => `The graph, with the walk so far. The walker stands at a node of the kind ${name}.`,
        ways: (name, list) => `The next step from here, ${name}: ${list}.`,
        way: (kind, name, share) => `${kind} to ${name} ${share}`,
        here: "the walker",
        before: "where it came from",
        next: "Chances of the next step",
        measure: (step, steps) => `After ${step} of ${steps} steps: this walk, what to expect of it, and with p = q = 1`,
        columns: ["this walk", "expected", "p = q = 1"],
        rate: "return rate",
        different: "different nodes",
        result: (step, rate, different) => `After ${step} steps: return rate ${rate}, ${different} different nodes.`,
      },
      "text-and-passes": {
        question: (sentences, passes) => `${sentences} sentences, read ${passes} times: which model answers most analogies?`,
        outcome: (who) => `Here ${who}. Now find settings at which each of them wins.`,
        sentences: "sentences",
        passes: "passes",
        chart: (unit) => `${unit}: the mean, and as a line the range of the runs`,
        and: " and ",
        nobody: "none is ahead",
        level: (names) => `${names} are level: their ranges overlap`,
        ahead: (name) => `${name} is ahead`,
        result: (sentences, passes, who) => `${sentences} sentences, ${passes} passes: ${who}.`,
        found: "Who is ahead, at the settings you have tried",
        untried: "not tried yet",
        left: (names) => `Not yet seen ahead: ${names}.`,
        all: "You have found a setting for each model that is ahead somewhere.",
      },
      lookup: {
        question: (a, b) => `The query points halfway between the keys of ${a} and ${b}. At β = 0 a blur of all values comes back. What comes back when β is large?`,
        options: (a, b) => ["the value of one of the two", `an even mixture of ${a} and ${b}`, "still a blur of all"],
        outcome: (list) => `At β = 32 the weights are: ${list}. Now move the query.`,
        weight: (name, share) => `${name} ${share}`,
        beta: "β (inverse temperature)",
        width: "d (width of the vectors)",
        divide: "divide by √d",
        move: { ArrowLeft: ["←", "query to the left"], ArrowUp: ["↑", "query up"], ArrowDown: ["↓", "query down"], ArrowRight: ["→", "query to the right"] },
        hint: "Drag the query, or move it with the arrow keys. Scores of random vectors of width d spread √(d/2) times as widely as at width 2, so this is what d multiplies the scores with.",
        field: "The query on the map of the keys; the arrow keys move it",
        map: (at, list) => `Six directions, one for each key, and the query at ${at}.${list}`,
        weights: (list) => ` Weights: ${list}.`,
        query: "query",
        mixture: "What comes back: each value times its weight",
        picture: (list) => `A picture mixed of the values: ${list}.`,
        caption: "Match, weigh",
        columns: ["q · k", "score", "weight"],
        result: (at, name, share) => `Query at ${at}: most weight on ${name}, ${share}.`,
      },
      sampling: {
        question: (text) => `The model has read ${text}. Nothing is changed and nothing is cut. How much of the probability do its ten most probable tokens leave to all others?`,
        options: ["less than a tenth", "a tenth to a half", "more than half"],
        outcome: (share) => `They leave ${share}. Now turn the dials, and draw.`,
        prompt: "prompt",
        dials: { penalty: "repetition penalty", temperature: "temperature", k: "top-k", p: "top-p" },
        off: "off",
        draw: (n) => (n === 1 ? "Draw a token" : `Draw ${n}`),
        clear: "Forget the draws",
        chart: "The most probable tokens: the model's own probability (outline) and the one that is drawn from (bar)",
        bars: (list) => `Bars: ${list}.`,
        bar: (token, share) => `${token} ${share}`,
        caption: "As the dials are set",
        kept: "tokens kept",
        mass: "their probability before the cut",
        perplexity: "equally probable tokens with the same entropy",
        of: (kept, all) => `${kept} of ${all}`,
        before: "of the prompt",
        drawn: "Drawn",
        result: (kept, all, mass, best, share) => `${kept} of ${all} tokens are kept, with ${mass} of the probability. The most probable is ${best}: ${share}.`,
        draws: (n, different) => ` ${n} drawn, ${different} different.`,
      },
      heads: {
        question: (part, head, from) => `${part}, head ${head}: at which word does ${from} look most?`,
        outcome: (word, weight) => `At ${word}, with weight ${weight}. Now point at the cells, and look at other heads.`,
        part: "where",
        head: "head",
        numbered: (word, place, twice) => (twice ? `${word} (${place})` : word),
        grid: "Weights: each row looks at the columns; point at a cell, or walk with the arrow keys",
        cell: (from, to, weight) => `${from} at ${to}: ${weight}`,
        hidden: "may not look there",
        products: (from, to) => `The score of ${to} for ${from}: each number of the query times the same number of the key`,
        columns: ["query", "key", "product"],
        sum: "sum",
        score: (width) => `divided by √${width}`,
        weight: "after the softmax of the row",
        result: (from, to, score, weight) => `${from} looks at ${to} with weight ${weight}; its score is ${score}.`,
        none: (from, to) => `${from} may not look at ${to}, which comes later.`,
      },
      board: {
        question: (n, temperature, loss) => `${n} pictures, their ${n} captions, and CLIP's own temperature, ${temperature}: the loss is ${loss} nats. Now the temperature becomes 1, and all vectors stay. What happens to the loss?`,
        options: ["it falls", "it stays nearly the same", "it rises"],
        outcome: (loss, chance, right, n) => `It becomes ${loss}; guessing has ${chance}. And still ${right} of ${n} pictures have their own caption as the largest. Now turn the dials, and add captions.`,
        temperature: "temperature",
        learned: (value) => `${value} (learned)`,
        normalise: "divide vectors by their length",
        show: "show",
        directions: ["captions compete for a picture", "pictures compete for a caption", "cosines, or products where nothing is divided"],
        add: "a caption to add",
        addIt: "Add it",
        hardest: "Add the worst distractor of this picture",
        clear: "Take the added ones away",
        grid: "Rows are pictures, columns captions; point at a cell, or walk with the arrow keys",
        cell: (picture, caption, value) => `${picture} and ${caption}: ${value}`,
        caption: "As the dials are set",
        rows: "each picture finds its caption",
        columns: "each caption finds its picture",
        both: "loss: the mean of the two",
        right: "pictures that find their caption",
        of: (right, n) => `${right} of ${n}`,
        nats: (loss) => `${loss} nats`,
        answer: (picture) => `Answer for the picture of ${picture}`,
        own: "its own",
        added: "added",
        result: (picture, best, share, right, n) => `The picture of ${picture} gets the caption ${best}, with ${share} of the probability. ${right} of ${n} pictures find their own caption.`,
        pair: (picture, caption, cosine) => `Cosine of the picture of ${picture} and ${caption}: ${cosine}`,
      },
      guidance: {
        question: (n, text, zero, one, last) => `From ${n} noises the model draws ${n} pictures of ${text}. Their spread says how much they differ; it is 0 where all are equal. At guidance 0 it is ${zero}, at guidance 1 it is ${one}. What is it at guidance ${last}?`,
        options: ["less than at 1", "about the same as at 1", "more than at 1"],
        outcome: (spread, last, least, at) => `At guidance ${last} the spread is ${spread}. It is least at guidance ${at}: ${least}. Now choose two texts, and move the sliders.`,
        sides: ["left text", "right text"],
        value: "guidance",
        step: "steps done",
        steps: (done, all) => `${done} of ${all}`,
        show: "show",
        views: ["the picture after the step", "the network's guess of the finished picture"],
        hint: "A row for each guidance, a column for each number of steps; point at a frame, or walk with the arrow keys. All start from this noise:",
        frame: (text, value, done) => `${text}, guidance ${value}, ${done} steps`,
        asked: "asked for",
        caption: (value, done, all, left) => `Guidance ${value}, ${done} of ${all} steps; share of the picture in the mixture ${left}`,
        trained: "trained on?",
        yes: "yes",
        no: "no",
        away: "distance of the guess from the picture asked for",
        right: (n) => `of ${n} finished pictures show what is asked`,
        spread: (n) => `spread of these ${n}`,
        result: (value, done, all, names, away) => `Guidance ${value}, ${done} of ${all} steps: the left guess is at distance ${away[0]} from ${names[0]}, the right one at ${away[1]} from ${names[1]}.`,
      },
    },
  };
  const T = STRINGS[document.documentElement.lang.split("-")[0]] || STRINGS.en;

  // --- what the kinds share ------------------------------------------------------------------------------------

  // An element with attributes, listeners (keys that begin with "on") and children.
  function make(namespace, tag, attributes, ...children) {
    const element = document.createElementNS(namespace, tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }
  const html = (tag, attributes, ...children) => make("http://www.w3.org/1999/xhtml", tag, attributes, ...children);
  const svg = (tag, attributes, ...children) => make("http://www.w3.org/2000/svg", tag, attributes, ...children);

  const fixed = (value, digits) => value.toFixed(digits).replace("-", "−");
  const languageOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh" : null);
  const range = (n) => Array.from({ length: n }, (_, i) => i);

  // A <select>, a slider over a list of texts, a checkbox: each with its label, and change(value) or change(place).
  function select(label, options, value, change) {
    const input = html("select", { onchange: () => change(input.value) },
      ...options.map((option) => html("option", { value: option, selected: option === value }, option)));
    return html("label", { class: "ev-field" }, html("span", {}, label), input);
  }
  function slider(label, texts, place, change) {
    const shown = html("b", { "aria-hidden": "true" }, texts[place]); // the input itself tells its value
    const input = html("input",
      { type: "range", "aria-label": label, min: 0, max: texts.length - 1, value: place, oninput: moved });
    function tell() {
      shown.textContent = texts[input.value];
      input.setAttribute("aria-valuetext", texts[input.value]);
    }
    function moved() {
      tell();
      change(Number(input.value));
    }
    tell();
    const field = html("label", { class: "ev-field ev-slider" }, html("span", {}, label, " ", shown), input);
    field.set = (to) => { input.value = to; moved(); };
    field.show = (to) => { input.value = to; tell(); }; // what was changed elsewhere
    return field;
  }
  function checkbox(label, checked, change) {
    const input = html("input", { type: "checkbox", checked, onchange: () => change(input.checked) });
    return html("label", { class: "ev-check" }, input, " ", label);
  }

  // A grid to point into: of the cells in `body`, each with its `data-cell`, one is chosen, and is the only one that the
  // tabulator reaches. From there the arrow keys walk, within `size()`, rows and columns.
  function mark(body, row, column, focus) {
    for (const cell of body.querySelectorAll("td")) {
      const current = cell.dataset.cell === `${row} ${column}`;
      cell.classList.toggle("ev-current", current);
      cell.tabIndex = current ? 0 : -1;
      if (current && focus) cell.focus();
    }
  }
  const walker = (state, size, choose) => (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault(); // or the page scrolls
    const to = [state.row, state.column].map((place, axis) => Math.max(0, Math.min(size()[axis] - 1, place + step[axis])));
    choose(...to, true);
  };

  // The controls of a kind, together; disabled until the reader has predicted.
  const controls = (...parts) => html("fieldset", { class: "ev-controls", disabled: true }, ...parts);

  // Ask first: the question with a button for each option; then reveal() says what is so, and the rest is shown.
  function predict(question, options, reveal) {
    const box = html("div", { class: "ev-predict", role: "group", "aria-label": T.predict },
      html("p", {}, html("b", {}, T.predict), " ", question),
      html("div", { class: "ev-row-of" }, ...options.map((option) =>
        html("button", { type: "button", onclick: () => answer(option) }, option))));
    function answer(option) {
      const line = html("p", { tabindex: -1, class: "ev-verdict" }, T.verdict(option, reveal()));
      box.replaceChildren(line);
      line.focus({ preventScroll: true }); // the button that had the focus is gone
    }
    return box;
  }

  // Draw into a box of the page's own pixels, so that text keeps its size on a phone; again when the width changes.
  function drawing(ratio, least, draw) {
    const box = html("div", { class: "ev-drawing" });
    function redraw() {
      const width = box.clientWidth;
      if (!width) return;
      const height = Math.round(Math.min(440, Math.max(least, width * ratio)));
      const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
      draw(picture, width, height);
      box.replaceChildren(picture);
    }
    let last = 0;
    new ResizeObserver(() => {
      if (box.clientWidth !== last) { last = box.clientWidth; redraw(); }
    }).observe(box);
    return { box, redraw };
  }

  // From data to pixels: the smallest frame around `points`, one scale for both axes, `margin` left free.
  const ends = (points) => [Math.min, Math.max].map((end) => [0, 1].map((axis) => end(...points.map((p) => p[axis]))));
  function scale(points, width, height, margin) {
    const [low, high] = ends(points);
    const unit = Math.min((width - 2 * margin[0]) / (high[0] - low[0]), (height - 2 * margin[1]) / (high[1] - low[1]));
    const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
    return ([x, y]) => [width / 2 + unit * (x - middle[0]), height / 2 - unit * (y - middle[1])];
  }

  const line = (from, to, attributes) => svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], ...attributes });
  const dot = (at, r, kind, ...children) => svg("circle", { cx: at[0], cy: at[1], r, class: kind }, ...children);

  // How many pixels a label takes; the size is that of course.css.
  const pen = document.createElement("canvas").getContext("2d");
  function labelWidth(text, weight) {
    pen.font = `${weight} 12.5px ${getComputedStyle(document.body).fontFamily}`;
    return pen.measureText(text).width;
  }

  function arrow(from, to, kind, gap) {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length <= 2 * gap) return svg("g", {});
    const unit = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const at = (point, along, across) => point.map((x, i) => x + along * unit[i] + across * [-unit[1], unit[0]][i]);
    const [start, end, tip] = [at(from, gap, 0), at(to, -gap - 6, 0), at(to, -gap, 0)];
    return svg("g", { class: `ev-arrow ${kind}` },
      line(start, end),
      svg("polygon", { points: [tip, at(tip, -9, 4.5), at(tip, -9, -4.5)].map((p) => p.join()).join(" ") }));
  }

  // --- analogies: b − a + c ------------------------------------------------------------------------------------

  function analogies(data) {
    const t = T.analogies;
    const shown = data.spaces[0].points.length;
    const options = data.words.slice(0, shown).sort();
    const state = { asked: [...data.start], space: data.spaces[0], leaveOut: false, slot: 0, revealed: false };
    const number = (word) => data.words.indexOf(word);

    // All words by their cosine to the target, the nearest first; computed in full width.
    function ranking() {
      const { vectors } = state.space;
      const [a, b, c] = state.asked.map((word) => vectors[number(word)]);
      const target = a.map((_, i) => b[i] - a[i] + c[i]);
      const length = (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
      return vectors
        .map((v, i) => [data.words[i], v.reduce((sum, x, j) => sum + x * target[j], 0) / length(v) / length(target)])
        .filter(([word]) => !(state.leaveOut && state.asked.includes(word)))
        .sort((one, other) => other[1] - one[1]);
    }
    const points = () => state.space.points;
    function target() {
      const [a, b, c] = state.asked.map((word) => points()[number(word)]);
      return [0, 1].map((axis) => b[axis] - a[axis] + c[axis]);
    }
    function closestOnMap() {
      const goal = target();
      const away = (i) => Math.hypot(points()[i][0] - goal[0], points()[i][1] - goal[1]);
      const left = range(shown).filter((i) => !(state.leaveOut && state.asked.includes(data.words[i])));
      return data.words[left.reduce((best, i) => (away(i) < away(best) ? i : best))];
    }

    const map = drawing(0.68, 250, (picture, width, height) => {
      const goal = target();
      const at = scale([...points(), ...(state.revealed ? [goal] : [])], width, height, [width / 9, 22]);
      const [a, b, c] = state.asked.map((word) => at(points()[number(word)]));
      const near = state.revealed ? ranking().slice(0, 5).map(([word]) => word) : [];
      const dots = svg("g", {}), labels = svg("g", { class: "ev-labels" });
      picture.append(dots);
      data.words.slice(0, shown).forEach((word, i) => {
        const kind = state.asked.includes(word) ? "ev-asked-word" : near[0] === word ? "ev-nearest" : "";
        dots.append(svg("g", { class: `ev-word ${kind}`, "data-word": word, onclick: () => clicked(word) },
          dot(at(points()[i]), 11, "ev-reach"), dot(at(points()[i]), kind ? 5.5 : 3.5), svg("title", {}, word)));
      });
      picture.append(arrow(a, b, "", 7));
      if (state.revealed) {
        picture.append(arrow(c, at(goal), "ev-dashed", 8), dot(at(goal), 8, "ev-target"));
      }
      picture.append(labels);
      const taken = [a, b, c, ...(state.revealed ? [at(goal)] : [])].map(([x, y]) => [x - 7, y - 7, x + 7, y + 7]);
      const wanted = new Set([...state.asked, ...near, ...data.words.slice(0, shown)]);
      if (state.revealed) place(t.target, at(goal), 12, "ev-target-label", true);
      for (const word of wanted) {
        if (number(word) >= shown) continue;
        const must = state.asked.includes(word) || word === near[0];
        place(word, at(points()[number(word)]), must ? 9 : 7, must ? "ev-strong" : "", must);
      }
      // A label goes to the first of eight places where it hides nothing; else it is left away, unless it must be there.
      function place(text, [x, y], gap, kind, must) {
        const wide = labelWidth(text, must ? 700 : 400) + 3, high = 13;
        const spots = [[x + gap, y - 6], [x - gap - wide, y - 6], [x - wide / 2, y - gap - high],
          [x - wide / 2, y + gap - 2], [x + gap, y - 18], [x + gap, y + 5], [x - gap - wide, y - 18], [x - gap - wide, y + 5]]
          .map(([left, top]) => [left, top, left + wide, top + high])
          .filter(([left, top, right, bottom]) => left > 0 && right < width && top > 0 && bottom < height);
        const free = spots.find((s) => taken.every((o) => s[2] < o[0] || o[2] < s[0] || s[3] < o[1] || o[3] < s[1]));
        if (!free && !must) return;
        const [left, top, right, bottom] = free || spots[0] || [x, y, x + wide, y + high];
        taken.push([left, top, right, bottom]);
        labels.append(svg("text", { x: left + 1, y: top + 11, class: kind }, text));
      }
      picture.setAttribute("aria-label", t.map(state.revealed ? t.near(closestOnMap()) : "", state.asked));
    });

    const list = html("ol", { class: "ev-nearest-list" });
    const status = html("p", { role: "status", class: "ev-status" });
    const result = html("div", { class: "ev-side", hidden: true }, html("p", { class: "ev-caption" }, t.nearest), list);
    const hint = html("p", { class: "ev-hint" });
    const slots = t.slots.map((label, i) => {
      const field = select(label, options, state.asked[i], (word) => { state.asked[i] = word; update(); });
      field.addEventListener("focusin", () => { state.slot = i; mark(); });
      return field;
    });
    function clicked(word) {
      state.asked[state.slot] = word;
      slots[state.slot].querySelector("select").value = word;
      state.slot = (state.slot + 1) % 3;
      update();
    }
    function mark() {
      slots.forEach((slot, i) => slot.classList.toggle("ev-next", i === state.slot && state.revealed));
      hint.textContent = t.hint(state.slot);
    }
    function update() {
      map.redraw();
      mark();
      if (!state.revealed) return;
      const best = ranking().slice(0, 5);
      list.replaceChildren(...best.map(([word, cosine]) => {
        const note = state.asked.includes(word) ? t.asked : number(word) >= shown ? t.offMap : "";
        return html("li", { "data-word": word },
          html("span", { class: "ev-meter", style: `--share: ${Math.max(0, cosine)}` }),
          html("b", {}, word), " ", html("span", { class: "ev-value-of" }, fixed(cosine, 3)),
          html("small", {}, note));
      }));
      const [word, cosine] = best[0];
      status.textContent = t.result(state.asked, word, fixed(cosine, 3), closestOnMap(), state.space.vectors[0].length);
    }

    const first = ranking().map(([word]) => word);
    const guesses = [...new Set([first[0], ...state.asked, ...first.slice(1)])].slice(0, 5).sort();
    const play = controls(
      ...slots,
      ...(data.spaces.length < 2 ? [] : [select(t.space, data.spaces.map((s) => s.name), state.space.name, (name) => {
        state.space = data.spaces.find((s) => s.name === name);
        update();
      })]),
      checkbox(t.leaveOut, false, (checked) => { state.leaveOut = checked; update(); }));
    const ask = predict(t.question(state.asked), guesses, () => {
      state.revealed = true;
      play.disabled = result.hidden = hint.hidden = false;
      update();
      return t.outcome(first[0]);
    });
    hint.hidden = true;
    update();
    return [ask, play, hint, html("div", { class: "ev-two" }, map.box, result), status];
  }

  // --- walk: node2vec's walker -----------------------------------------------------------------------------------

  // Random numbers that are the same in every browser (mulberry32).
  function generator(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
      return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
    };
  }

  function walk(data) {
    const t = T.walk;
    const values = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8];
    const texts = ["1/8", "1/4", "1/2", "1", "2", "4", "8"];
    const next = data.names.map(() => []);
    data.edges.forEach(([one, other]) => { next[one].push(other); next[other].push(one); });
    next.forEach((nodes) => nodes.sort((one, other) => one - other));
    const joined = next.map((nodes) => new Set(nodes));
    const state = { p: 1, q: 1, path: [data.start], number: 1, revealed: false, random: null, timer: 0 };

    // The rule: the ways from `here`, having come from `before`, each with its kind and probability.
    function ways(before, here, p, q) {
      const list = next[here].map((to) => {
        if (before === undefined) return { to, kind: "first", share: 1 };
        if (to === before) return { to, kind: "back", share: 1 / p };
        return joined[before].has(to) ? { to, kind: "near", share: 1 } : { to, kind: "far", share: 1 / q };
      });
      const sum = list.reduce((total, way) => total + way.share, 0);
      list.forEach((way) => { way.share /= sum; });
      return list;
    }
    function draw(list, random) {
      let level = random();
      return list.find((way) => (level -= way.share) < 0) || list[list.length - 1];
    }
    const returns = (path) => path.filter((node, i) => i > 1 && node === path[i - 2]).length;

    // Expected after n steps, for every n: the return rate exactly, from the chances of all (before, here);
    // the number of different nodes as the mean of 400 walks.
    function expected(p, q) {
      const known = {};
      const chances = (before, here) => (known[before + "," + here] ||= ways(before, here, p, q));
      const rate = [NaN, NaN], different = new Array(data.steps + 1).fill(0);
      let pairs = new Map(), sum = 0;
      ways(undefined, data.start, p, q).forEach(({ to, share }) => pairs.set(data.start + "," + to, share));
      for (let step = 2; step <= data.steps; step++) {
        const after = new Map();
        for (const [pair, chance] of pairs) {
          const [before, here] = pair.split(",").map(Number);
          for (const { to, kind, share } of chances(before, here)) {
            if (kind === "back") sum += chance * share;
            after.set(here + "," + to, (after.get(here + "," + to) || 0) + chance * share);
          }
        }
        pairs = after;
        rate.push(sum / (step - 1));
      }
      const random = generator(400);
      for (let i = 0; i < 400; i++) {
        const seen = new Set([data.start]);
        let before, here = data.start;
        different[0] += 1 / 400;
        for (let step = 1; step <= data.steps; step++) {
          const list = before === undefined ? ways(before, here, p, q) : chances(before, here);
          [before, here] = [here, draw(list, random).to];
          seen.add(here);
          different[step] += seen.size / 400;
        }
      }
      return { rate, different };
    }
    const plain = expected(1, 1);
    let ours = plain;

    const at = () => state.path[state.path.length - 1];
    const came = () => state.path[state.path.length - 2];
    const [low, high] = ends(data.points);
    const country = drawing((high[1] - low[1]) / (high[0] - low[0]) + 0.03, 120, (picture, width, height) => {
      const spot = data.points.map(scale(data.points, width, height, [10, 10]));
      data.edges.forEach(([one, other]) => picture.append(line(spot[one], spot[other], { class: "ev-edge" })));
      if (state.revealed) ways(came(), at(), state.p, state.q).forEach(({ to, share }) =>
        picture.append(line(spot[at()], spot[to], { class: "ev-way", "stroke-width": 1 + 7 * share })));
      data.names.forEach((name, node) => {
        const kind = state.path.includes(node) ? "ev-node ev-seen" : "ev-node";
        picture.append(dot(spot[node], width < 400 ? 3.5 : 4.5, kind, svg("title", {}, name)));
      });
      if (came() !== undefined) picture.append(dot(spot[came()], 5.5, "ev-before"));
      picture.append(dot(spot[at()], 6.5, "ev-walker"));
      picture.setAttribute("aria-label", t.country(data.names[at()]));
      picture.dataset.path = state.path.join(" ");
    });

    // The node where the walker stands, in the middle, with its neighbours around it: where it came from at the left.
    const ego = drawing(0.8, 260, (picture, width, height) => {
      const list = ways(came(), at(), state.p, state.q);
      const label = ({ kind, to }) => (kind === "first" ? data.names[to] : `${t.kinds[kind]}: ${data.names[to]}`);
      const room = 14 + Math.max(...list.map((way) => labelWidth(label(way), 400)));
      const middle = [width / 2, height / 2], [across, up] = [Math.max(20, width / 2 - room), height / 2 - 36];
      const turn = ([x, y]) => Math.atan2(y - data.points[at()][1], x - data.points[at()][0]);
      list.sort((one, other) => turn(data.points[one.to]) - turn(data.points[other.to]));
      const first = Math.max(0, list.findIndex((way) => way.kind === "back"));
      list.push(...list.splice(0, first));
      const spot = list.map((_, i) => {
        const angle = Math.PI - (2 * Math.PI * i) / list.length;
        return [middle[0] + Math.min(across, up * 1.2) * Math.cos(angle), middle[1] - up * Math.sin(angle)];
      });
      list.forEach((one, i) => list.forEach((other, j) => {
        if (i < j && joined[one.to].has(other.to)) picture.append(line(spot[i], spot[j], { class: "ev-edge" }));
      }));
      list.forEach(({ to, kind, share }, i) => {
        picture.append(line(middle, spot[i], { class: "ev-way", "stroke-width": 1 + 11 * share }),
          dot(spot[i], 6, kind === "back" ? "ev-before" : "ev-node ev-seen"));
        const side = Math.round((spot[i][0] - middle[0]) / across * 3);
        const anchor = side > 0 ? "start" : side < 0 ? "end" : "middle";
        const below = side ? -2 : spot[i][1] < middle[1] ? -25 : 20;
        const [x, y] = [spot[i][0] + 11 * Math.sign(side), spot[i][1] + below];
        picture.append(svg("text", { x, y, "text-anchor": anchor, "data-node": to },
          svg("tspan", { class: "ev-strong" }, fixed(share, 2)),
          svg("tspan", { x, dy: 14 }, label({ kind, to }))));
      });
      picture.append(dot(middle, 8, "ev-walker"));
      const told = list.map(({ to, kind, share }) => t.way(t.kinds[kind], data.names[to], fixed(share, 2)));
      picture.setAttribute("aria-label", t.ways(data.names[at()], told.join(", ")));
    });

    const caption = html("caption", {});
    const body = html("tbody", {});
    const table = html("table", { class: "ev-numbers", hidden: true }, caption, html("thead", {}, html("tr", {},
      html("td", {}), ...t.columns.map((name) => html("th", { scope: "col" }, name)))), body);
    const status = html("p", { role: "status", class: "ev-status ev-visually-hidden" });

    function update(say) {
      country.redraw();
      ego.redraw();
      const step = state.path.length - 1;
      const seen = new Set(state.path).size;
      const share = step > 1 ? fixed(returns(state.path) / (step - 1), 2) : "–";
      const length = step || data.steps; // before the first step: what to expect of a whole walk
      const rate = (list) => (length > 1 ? fixed(list.rate[length], 2) : "–");
      caption.textContent = t.measure(length, data.steps);
      const rows = {
        rate: [share, rate(ours), rate(plain)],
        different: [step ? seen : "–", fixed(ours.different[length], 1), fixed(plain.different[length], 1)],
      };
      body.replaceChildren(...Object.entries(rows).map(([name, values]) => html("tr", { "data-row": name },
        html("th", { scope: "row" }, t[name]), ...values.map((value) => html("td", {}, value)))));
      if (say) status.textContent = t.result(step, share, seen);
      buttons[0].disabled = buttons[1].disabled = !state.revealed || step >= data.steps;
    }
    function step(say) {
      const { to } = draw(ways(came(), at(), state.p, state.q), state.random);
      state.path.push(to);
      update(say || state.path.length > data.steps);
      if (state.path.length > data.steps) stop();
    }
    function stop() {
      clearInterval(state.timer);
      state.timer = 0;
      buttons[1].textContent = t.run;
    }
    function run() {
      if (state.timer) { stop(); update(true); return; }
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        while (state.path.length <= data.steps) step(false);
        return;
      }
      buttons[1].textContent = t.stop;
      state.timer = setInterval(() => step(false), 160);
    }
    function reset(number) {
      stop();
      Object.assign(state, { number, path: [data.start], random: generator(number) });
      update(false);
    }
    function turned(dial, place) {
      state[dial] = values[place];
      ours = expected(state.p, state.q);
      reset(state.number);
    }
    const dials = ["p", "q"].map((dial) => slider(t[dial], texts, 3, (place) => turned(dial, place)));
    const buttons = [[t.step, () => step(true)], [t.run, run], [t.reset, () => reset(state.number + 1)]]
      .map(([name, onclick]) => html("button", { type: "button", onclick }, name));
    const play = controls(...dials, html("div", { class: "ev-row-of" }, ...buttons));
    const result = html("div", { class: "ev-side", hidden: true }, html("p", { class: "ev-caption" }, t.next), ego.box);
    const ask = predict(t.question, t.options, () => {
      state.revealed = true;
      play.disabled = result.hidden = table.hidden = false;
      dials[0].set(2);
      return t.outcome(fixed(plain.rate[data.steps], 2), fixed(ours.rate[data.steps], 2), data.steps);
    });
    reset(1);
    const key = html("p", { class: "ev-hint ev-row-of" },
      ...[["ev-walker", t.here], ["ev-before", t.before]].map(([kind, text]) =>
        html("span", {}, html("span", { class: `ev-dot ${kind}` }), text)));
    return [ask, play, html("div", { class: "ev-two" }, html("div", {}, country.box, key), result), table, status];
  }

  // --- text-and-passes: who wins where ---------------------------------------------------------------------------

  function textAndPasses(data) {
    const t = T["text-and-passes"];
    const state = { row: 0, column: 0, tried: new Set() };
    const count = (n) => n.toLocaleString("en").replace(/,/g, " ");
    const marks = ["●", "■", "▲", "◆", "✚"];
    // The models in the lead: the one with the highest mean, and all whose best run reaches its worst one.
    function leaders(row, column) {
      const best = data.models.reduce((one, other) => (other.mean[row][column] > one.mean[row][column] ? other : one));
      return data.models.filter((model) => model === best || model.high[row][column] >= best.low[row][column]);
    }
    const names = (models) => models.map((model) => model.name).join(t.and);
    const who = (models) => (models.length > 1 ? t.level(names(models)) : t.ahead(models[0].name));
    const color = (model) => `--color: var(--ev-mark-${model.color})`;
    const mark = (model) => html("span", { class: "ev-mark", style: color(model), "aria-hidden": "true" },
      marks[data.models.indexOf(model)]);
    const alone = new Set();
    data.sentences.forEach((_, i) => data.passes.forEach((_, j) => {
      const lead = leaders(i, j);
      if (lead.length === 1) alone.add(lead[0]);
    }));

    const chart = html("dl", { class: "ev-bars" });
    const grid = html("tbody", {});
    const status = html("p", { role: "status", class: "ev-status" });
    const missing = html("p", { class: "ev-hint" });
    const percent = (value) => `${100 * value}%`;
    function update() {
      state.tried.add(state.row + "," + state.column);
      const { row, column } = state;
      chart.replaceChildren(...data.models.map((model) => {
        const [mean, low, high] = [model.mean, model.low, model.high].map((table) => table[row][column]);
        return html("div", { "data-model": model.name },
          html("dt", {}, mark(model), model.name),
          html("dd", {},
            html("span", { class: "ev-bar-room", "aria-hidden": "true" },
              html("span", { class: "ev-bar", style: `width: ${percent(mean)}; ${color(model)}` }),
              html("span", { class: "ev-whisker", style: `left: ${percent(low)}; width: ${percent(high - low)}` })),
            html("span", {}, html("b", {}, fixed(mean, 2)), ` (${fixed(low, 2)}–${fixed(high, 2)})`)));
      }));
      status.textContent = t.result(count(data.sentences[row]), count(data.passes[column]), who(leaders(row, column)));
      const found = new Set();
      grid.replaceChildren(...data.sentences.map((sentences, i) => html("tr", {},
        html("th", { scope: "row" }, count(sentences)),
        ...data.passes.map((_, j) => {
          const tried = state.tried.has(i + "," + j), models = leaders(i, j);
          if (tried && models.length === 1) found.add(models[0]);
          return html("td", { class: i === row && j === column ? "ev-current" : "" },
            ...(tried ? models.map(mark) : []),
            html("span", { class: "ev-visually-hidden" }, tried ? names(models) : t.untried));
        }))));
      const left = [...alone].filter((model) => !found.has(model));
      missing.textContent = left.length ? t.left(left.map((model) => model.name).join(", ")) : t.all;
    }
    const play = controls(
      slider(t.sentences, data.sentences.map(count), 0, (row) => { state.row = row; update(); }),
      slider(t.passes, data.passes.map(count), 0, (column) => { state.column = column; update(); }));
    const result = html("div", { class: "ev-two", hidden: true },
      html("div", {}, html("p", { class: "ev-caption" }, t.chart(data.unit)), chart),
      html("div", { class: "ev-side" }, html("table", { class: "ev-grid" },
        html("caption", { class: "ev-caption" }, t.found),
        html("thead", {},
          html("tr", {}, html("td", {}), html("th", { scope: "colgroup", colspan: data.passes.length }, t.passes)),
          html("tr", {}, ...[t.sentences, ...data.passes.map(count)].map((name) => html("th", { scope: "col" }, name)))),
        grid), missing));
    const question = t.question(count(data.sentences[0]), count(data.passes[0]));
    const ask = predict(question, [...data.models.map((model) => model.name), t.nobody], () => {
      play.disabled = result.hidden = false;
      update();
      return t.outcome(who(leaders(0, 0)));
    });
    return [ask, play, result, status];
  }

  // --- lookup: a query among keys --------------------------------------------------------------------------------

  function lookup(data) {
    const t = T.lookup;
    const betas = [0, 0.5, 1, 2, 4, 8, 16, 32], widths = [2, 8, 32, 128, 512];
    const state = { query: [...data.start], beta: 0, width: widths[0], divided: false, revealed: false };
    const dotProduct = (one, other) => one.reduce((sum, x, i) => sum + x * other[i], 0);

    // The four steps: the query is there; match, weigh, gather.
    function lookUp(beta) {
      const factor = beta * Math.sqrt(state.width / 2) / (state.divided ? Math.sqrt(state.width) : 1);
      const products = data.keys.map((key) => dotProduct(key, state.query));
      const scores = products.map((product) => factor * product);
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const weights = powers.map((power) => power / powers.reduce((sum, x) => sum + x, 0));
      const mixture = data.values[0].map((_, i) => dotProduct(weights, data.values.map((value) => value[i])));
      return { products, scores, weights, mixture };
    }
    const listed = (weights) => weights
      .map((weight, i) => [weight, t.weight(data.names[i], fixed(weight, 2))])
      .filter(([weight]) => weight >= 0.005).sort((one, other) => other[0] - one[0]).map(([, text]) => text).join(", ");
    const place = () => `(${state.query.map((x) => fixed(x, 2)).join(", ")})`;

    // A square picture of the numbers 0 to 1 in rows.
    function pixels(picture, values, size) {
      const side = Math.sqrt(values.length), step = size / side;
      picture.append(svg("rect", { width: size, height: size, class: "ev-paper" }), ...values.map((ink, i) =>
        svg("rect", { x: (i % side) * step, y: Math.floor(i / side) * step, width: step + 0.3, height: step + 0.3,
          class: "ev-ink", "fill-opacity": ink.toFixed(3) })));
      return picture;
    }

    const reach = 1.25; // the map shows −1.25 to 1.25; the query moves between −1 and 1
    const map = drawing(1, 240, (picture, width, height) => {
      const at = scale([[-reach, -reach], [reach, reach]], width, height, [0, 0]);
      const { weights } = lookUp(state.beta), middle = at([0, 0]);
      picture.append(line(at([-reach, 0]), at([reach, 0]), { class: "ev-edge" }), line(at([0, -reach]), at([0, reach]), { class: "ev-edge" }));
      data.keys.forEach((key, i) => {
        picture.append(arrow(middle, at(key), "ev-of-key", 0));
        if (state.revealed) picture.append(dot(at(key), 2 + 14 * Math.sqrt(weights[i]), "ev-weight"));
      });
      picture.append(arrow(middle, at(state.query), "ev-of-query", 0), dot(at(state.query), 8, "ev-query-handle"));
      const label = (text, [x, y], kind) =>
        picture.append(svg("text", { x, y: y + 4, "text-anchor": "middle", class: kind }, text));
      data.keys.forEach((key, i) => label(data.names[i], at(key.map((x) => 1.13 * x)), "ev-strong"));
      const [x, y] = at(state.query);
      label(t.query, [Math.min(Math.max(x, 24), width - 24), y + (state.query[1] < 0 ? 18 : -18)], "");
      picture.setAttribute("aria-label", t.map(place(), state.revealed ? t.weights(listed(weights)) : ""));
    });
    map.box.classList.add("ev-map");
    const mixture = drawing(1, 96, (picture, width, height) => {
      const { mixture: values, weights } = lookUp(state.beta);
      pixels(picture, values, Math.min(width, height)).setAttribute("aria-label", t.picture(listed(weights)));
    });
    mixture.box.classList.add("ev-mixture");

    const body = html("tbody", {});
    const table = html("table", { class: "ev-numbers ev-lookup" }, html("caption", {}, t.caption),
      html("thead", {}, html("tr", {}, html("td", {}), ...t.columns.map((name) => html("th", { scope: "col" }, name)))), body);
    const status = html("p", { role: "status", class: "ev-status" });
    function update() {
      map.redraw();
      mixture.redraw();
      const { products, scores, weights } = lookUp(state.beta);
      body.replaceChildren(...data.names.map((name, i) => html("tr", { "data-key": name },
        html("th", { scope: "row" }, pixels(svg("svg", { width: 24, height: 24, "aria-hidden": "true" }), data.values[i], 24), name),
        ...[products, scores, weights].map((list) => html("td", {}, fixed(list[i], 2))))));
      const best = weights.indexOf(Math.max(...weights));
      if (state.revealed) status.textContent = t.result(place(), data.names[best], fixed(weights[best], 2));
    }
    function move(to) {
      if (!state.revealed) return;
      state.query = to.map((x) => Math.round(100 * Math.max(-1, Math.min(1, x))) / 100);
      update();
    }
    const steps = { ArrowLeft: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1], ArrowRight: [0.1, 0] };
    const step = (key) => move(state.query.map((x, axis) => x + steps[key][axis]));
    map.box.addEventListener("keydown", (event) => {
      if (!(event.key in steps)) return;
      event.preventDefault(); // or the page scrolls
      step(event.key);
    });
    function drag(event) {
      if (!event.buttons) return;
      const { left, top, width, height } = map.box.firstChild.getBoundingClientRect(); // the box may be higher
      const unit = Math.min(width, height) / (2 * reach);
      move([(event.clientX - left - width / 2) / unit, (top + height / 2 - event.clientY) / unit]);
    }
    map.box.addEventListener("pointerdown", (event) => { map.box.setPointerCapture(event.pointerId); drag(event); });
    map.box.addEventListener("pointermove", drag);

    const dials = [
      slider(t.beta, betas.map(String), 0, (i) => { state.beta = betas[i]; update(); }),
      slider(t.width, widths.map(String), 0, (i) => { state.width = widths[i]; update(); }),
    ];
    const buttons = Object.entries(t.move).map(([key, [sign, name]]) =>
      html("button", { type: "button", class: "ev-move", "aria-label": name, onclick: () => step(key) }, sign));
    const play = controls(...dials, checkbox(t.divide, false, (checked) => { state.divided = checked; update(); }),
      html("div", { class: "ev-row-of" }, ...buttons));
    const hint = html("p", { class: "ev-hint", hidden: true }, t.hint);
    const result = html("div", { class: "ev-side", hidden: true },
      html("p", { class: "ev-caption" }, t.mixture), mixture.box, table);
    const best = lookUp(1).weights;
    const pair = range(best.length).sort((one, other) => best[other] - best[one]).slice(0, 2).sort((a, b) => a - b).map((i) => data.names[i]);
    const ask = predict(t.question(...pair), t.options(...pair), () => {
      state.revealed = true;
      play.disabled = result.hidden = hint.hidden = false;
      for (const [name, value] of [["tabindex", 0], ["role", "group"], ["aria-label", t.field]]) map.box.setAttribute(name, value);
      dials[0].set(betas.length - 1);
      return t.outcome(listed(lookUp(state.beta).weights));
    });
    update();
    return [ask, play, html("div", { class: "ev-two" }, map.box, result), hint, status];
  }

  // --- sampling: from logits to a drawn token ------------------------------------------------------------------

  function sampling(data) {
    const t = T.sampling, size = data.tokens.length, off = Infinity;
    const values = {
      penalty: [1, 1.1, 1.2, 1.5, 2],
      temperature: [0.1, 0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2],
      k: [1, 2, 5, 10, 20, 50, 200, off],
      p: [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
    };
    const state = { prompt: data.prompts[0], penalty: 1, temperature: 1, k: off, p: 1, revealed: false, draws: [], random: generator(1) };
    const percent = (share) => `${fixed(100 * share, share < 0.0995 ? 1 : 0)} %`;
    const count = (n) => n.toLocaleString("en");
    const word = (token) => html("b", { lang: languageOf(token) }, token);

    function softmax(scores) {
      const most = Math.max(...scores), powers = scores.map((score) => Math.exp(score - most));
      const sum = powers.reduce((total, x) => total + x, 0);
      return powers.map((power) => power / sum);
    }
    // The four steps, in the order of transformers' `generate`. `own`: the model's probabilities; `whole`: with the
    // penalty and the temperature; `final`: what is drawn from; `order`: tokens, the most probable first.
    function steps({ prompt, penalty, temperature, k, p }) {
      const logits = [...prompt.logits];
      for (const token of new Set(prompt.seen)) logits[token] *= logits[token] > 0 ? 1 / penalty : penalty;
      const scores = logits.map((logit) => logit / temperature);
      const order = range(size).sort((one, other) => scores[other] - scores[one] || one - other);
      const whole = softmax(scores);
      const least = k < size ? scores[order[k - 1]] : -Infinity;
      const first = softmax(scores.map((score) => (score < least ? -Infinity : score)));
      let before = 0; // the probability of the tokens that come before
      const kept = order.filter((token) => {
        const keep = first[token] > 0 && (p >= 1 || before < p);
        before += first[token];
        return keep;
      });
      const inside = new Set(kept);
      const final = softmax(scores.map((score, token) => (inside.has(token) ? score : -Infinity)));
      return { own: softmax(prompt.logits), order, kept, final, mass: kept.reduce((sum, token) => sum + whole[token], 0) };
    }
    let now = steps(state);

    const chart = drawing(0.5, 200, (picture, width, height) => {
      const label = (token) => (data.tokens[token].length > 8 ? `${data.tokens[token].slice(0, 7)}…` : data.tokens[token]);
      const wide = Math.max(24, ...now.order.slice(0, 20).map((token) => labelWidth(label(token), 400) + 8));
      const top = 16, floor = height - 22, number = Math.min(20, Math.floor(width / wide));
      const shown = now.order.slice(0, number), most = Math.max(...shown.flatMap((i) => [now.own[i], now.final[i]]));
      const high = (share) => (share / most) * (floor - top);
      shown.forEach((token, i) => {
        const x = i * wide + 3, own = high(now.own[token]), final = high(now.final[token]);
        picture.append(svg("rect", { x, y: floor - final, width: wide - 6, height: final, class: "ev-share" }),
          svg("rect", { x, y: floor - own, width: wide - 6, height: own, class: "ev-own" }));
        picture.append(svg("text", { x: x + wide / 2 - 3, y: floor + 16, "text-anchor": "middle" }, label(token)));
      });
      picture.append(line([0, floor], [number * wide, floor], { class: "ev-edge" }));
      const list = shown.slice(0, 10).map((token) => t.bar(data.tokens[token], percent(now.final[token])));
      picture.setAttribute("aria-label", t.bars(list.join(", ")));
    });

    const body = html("tbody", {});
    const table = html("table", { class: "ev-numbers ev-sampling" }, html("caption", {}, t.caption), body);
    const list = html("ol", { class: "ev-nearest-list" });
    const tally = html("p", { class: "ev-drawn" });
    const status = html("p", { role: "status", class: "ev-status" });
    function update() {
      now = steps(state);
      chart.redraw();
      if (!state.revealed) return;
      const entropy = now.kept.reduce((sum, i) => sum - (now.final[i] && now.final[i] * Math.log(now.final[i])), 0);
      body.replaceChildren(...[["kept", t.of(count(now.kept.length), count(size))], ["mass", percent(now.mass)],
        ["perplexity", fixed(Math.exp(entropy), 1)]].map(([row, text]) =>
        html("tr", { "data-row": row }, html("th", { scope: "row" }, t[row]), html("td", {}, text))));
      list.replaceChildren(...now.kept.slice(0, 8).map((token) => html("li", { "data-token": token },
        html("span", { class: "ev-meter", style: `--share: ${now.final[token]}` }),
        word(data.tokens[token]), " ", html("span", { class: "ev-value-of" }, percent(now.final[token])),
        html("small", {}, state.prompt.seen.includes(token) ? t.before : ""))));
      const times = new Map();
      state.draws.forEach((token) => times.set(token, (times.get(token) || 0) + 1));
      const most = [...times].sort((one, other) => other[1] - one[1]);
      tally.replaceChildren(...(most.length ? [html("span", { class: "ev-caption" }, t.drawn), " "] : []),
        ...most.flatMap(([token, n]) => [html("span", { "data-drawn": token, "data-times": n }, word(data.tokens[token]), n > 1 ? ` × ${n}` : ""), " "]));
      const [best] = now.order;
      status.textContent = t.result(count(now.kept.length), count(size), percent(now.mass), data.tokens[best], percent(now.final[best]))
        + (state.draws.length ? t.draws(state.draws.length, times.size) : "");
    }
    function draw(number) {
      for (let i = 0; i < number; i++) {
        let level = state.random();
        state.draws.push(now.kept.find((token) => (level -= now.final[token]) < 0) ?? now.kept[0]);
      }
      update();
    }
    function set(change) { // what was drawn with other settings says nothing of these
      Object.assign(state, change, { draws: [], random: generator(1) });
      update();
    }

    const dial = (key) => slider(t.dials[key], values[key].map((x) => (x === off || ("p" === key && x === 1) ? t.off : String(x))),
      values[key].indexOf(state[key]), (i) => set({ [key]: values[key][i] }));
    const buttons = [[t.draw(1), () => draw(1)], [t.draw(100), () => draw(100)], [t.clear, () => set({})]]
      .map(([name, press]) => html("button", { type: "button", onclick: press }, name));
    const play = controls(
      select(t.prompt, data.prompts.map((prompt) => prompt.name), state.prompt.name, (name) => set({ prompt: data.prompts.find((one) => one.name === name) })),
      ...Object.keys(values).map(dial), html("div", { class: "ev-row-of" }, ...buttons));
    const result = html("div", { class: "ev-side", hidden: true }, table, list);
    const caption = html("p", { class: "ev-caption" }, t.chart);
    const left = html("div", { hidden: true }, caption, chart.box, tally);
    const others = 1 - now.order.slice(0, 10).reduce((sum, token) => sum + now.own[token], 0);
    const ask = predict(t.question(data.prompts[0].name), t.options, () => {
      state.revealed = true;
      play.disabled = result.hidden = left.hidden = false;
      update();
      return t.outcome(percent(others));
    });
    return [ask, play, html("div", { class: "ev-two" }, left, result), status];
  }

  // --- heads: the weights of attention, and what each is made of --------------------------------------------------

  function heads(data) {
    const t = T.heads;
    const state = { part: data.parts[0], head: 0, row: data.start, column: 0, revealed: false };
    const names = (words) => words.map((word, i) => t.numbered(word, i + 1, words.filter((one) => one === word).length > 1));

    // The products of a cell, and a row's scores and weights; null where a position may not look.
    function products(row, column) {
      const query = state.part.queries[state.head][row], key = state.part.keys[state.head][column];
      return query.map((x, i) => [x, key[i], x * key[i]]);
    }
    function weights(row) {
      const allowed = state.part.asked.map((_, column) => !(state.part.causal && column > row));
      const scores = allowed.map((may, column) => (may
        ? products(row, column).reduce((sum, [, , product]) => sum + product, 0) / Math.sqrt(state.part.queries[0][0].length)
        : -Infinity));
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const sum = powers.reduce((total, x) => total + x, 0);
      return scores.map((score, i) => (allowed[i] ? { score, weight: powers[i] / sum } : null));
    }

    const head = html("thead", {}), body = html("tbody", {});
    const walk = walker(state, () => [state.part.asking.length, state.part.asked.length], choose);
    const grid = html("table", { class: "ev-grid ev-weights", role: "grid", onkeydown: walk },
      html("caption", {}, t.grid), head, body);
    const lines = html("tbody", {}), caption = html("caption", {});
    const detail = html("table", { class: "ev-numbers ev-products" }, caption,
      html("thead", {}, html("tr", {}, html("td", {}), ...t.columns.map((name) => html("th", { scope: "col" }, name)))), lines);
    const status = html("p", { role: "status", class: "ev-status" });

    function draw() {
      const { asking, asked } = state.part, from = names(asking), to = names(asked);
      grid.classList.toggle("ev-many", asked.length > 8);
      head.replaceChildren(html("tr", {}, html("td", {}), ...asked.map((word) => html("th", { scope: "col", lang: languageOf(word) }, html("span", {}, word)))));
      body.replaceChildren(...asking.map((word, row) => html("tr", {}, html("th", { scope: "row", lang: languageOf(word) }, word),
        ...weights(row).map((found, column) => html("td", {
          role: "gridcell", tabindex: -1, "data-cell": `${row} ${column}`, style: found && `--share: ${found.weight}`,
          "aria-label": t.cell(from[row], to[column], found ? fixed(found.weight, 2) : t.hidden),
          onpointerenter: () => choose(row, column), onclick: () => choose(row, column, true),
        }, found ? fixed(found.weight, 2).replace(/^0/, "") : "")))));
      choose(Math.min(state.row, asking.length - 1), Math.min(state.column, asked.length - 1));
    }
    function choose(row, column, focus) {
      if (!state.revealed) return;
      Object.assign(state, { row, column });
      mark(body, row, column, focus);
      const from = names(state.part.asking)[row], to = names(state.part.asked)[column], found = weights(row)[column];
      detail.hidden = !found;
      if (found) {
        const width = state.part.queries[0][0].length, most = Math.max(...products(row, column).map(([, , x]) => Math.abs(x)));
        const total = (name, value, key) => html("tr", { "data-row": key }, html("th", { scope: "row", colspan: 3 }, name), html("td", {}, value));
        caption.textContent = t.products(from, to);
        lines.replaceChildren(...products(row, column).map(([query, key, product], i) => html("tr", {},
          html("th", { scope: "row" }, String(i + 1)), html("td", {}, fixed(query, 2)), html("td", {}, fixed(key, 2)),
          html("td", { class: product < 0 ? "ev-less" : "ev-more", style: `--share: ${Math.abs(product) / most}` }, fixed(product, 2)))),
          total(t.sum, fixed(found.score * Math.sqrt(width), 2), "sum"), total(t.score(width), fixed(found.score, 2), "score"),
          total(t.weight, fixed(found.weight, 2), "weight"));
      }
      status.textContent = found ? t.result(from, to, fixed(found.score, 2), fixed(found.weight, 2)) : t.none(from, to);
    }
    const places = html("div", {});
    function chooseHead() {
      const options = range(state.part.queries.length).map((i) => String(i + 1));
      places.replaceChildren(select(t.head, options, String(state.head + 1), (value) => { state.head = value - 1; draw(); }));
    }
    const play = controls(
      select(t.part, data.parts.map((part) => part.name), state.part.name, (name) => {
        state.part = data.parts.find((part) => part.name === name);
        state.head = Math.min(state.head, state.part.queries.length - 1);
        chooseHead();
        draw();
      }), places);
    const result = html("div", { class: "ev-side", hidden: true }, detail);
    const left = html("div", { hidden: true }, grid);
    chooseHead();
    const row = weights(state.row).map((found) => (found ? found.weight : -1)), best = row.indexOf(Math.max(...row));
    const seen = names(state.part.asked).filter((_, column) => row[column] >= 0);
    const ask = predict(t.question(state.part.name, 1, names(state.part.asking)[state.row]), seen, () => {
      state.revealed = true;
      state.column = best;
      play.disabled = result.hidden = left.hidden = false;
      draw();
      return t.outcome(names(state.part.asked)[best], fixed(row[best], 2));
    });
    return [ask, play, html("div", { class: "ev-two" }, left, result), status];
  }

  // --- board: pictures against captions, as CLIP's loss sees them -------------------------------------------------

  function board(data) {
    const t = T.board, n = data.pictures.length, most = 24; // captions on the board
    const values = [0.01, 0.02, data.temperature, 0.07, 0.15, 0.3, 1].sort((a, b) => a - b);
    const state = { temperature: data.temperature, unit: true, show: 0, added: [], row: 0, column: 0, revealed: false };
    const percent = (share) => `${fixed(100 * share, share < 0.0995 ? 1 : 0)} %`;
    const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    const length = (v) => Math.sqrt(dot(v, v));
    const cosine = (a, b) => dot(a, b) / length(a) / length(b);
    const captions = () => [...data.pictures.map((one) => ({ name: one.name, vector: one.caption })), ...state.added];

    // `products[i][j]`: cosines, or plain products; a softmax over the captions of each picture, and over the
    // pictures of each caption; the mean losses of both, which added captions have no pictures for
    function table() {
      const products = data.pictures.map(({ vector }) => captions().map((one) => (state.unit ? cosine : dot)(vector, one.vector)));
      const softmax = (scores) => {
        const powers = scores.map((score) => Math.exp((score - Math.max(...scores)) / state.temperature));
        const sum = powers.reduce((total, x) => total + x, 0);
        return powers.map((power) => power / sum);
      };
      const rows = products.map(softmax);
      const turned = captions().map((_, j) => softmax(products.map((row) => row[j])));
      const columns = products.map((row, i) => row.map((_, j) => turned[j][i]));
      const loss = (shares) => range(n).reduce((sum, i) => sum - Math.log(Math.max(shares[i][i], 1e-300)), 0) / n;
      const answers = products.map((row) => row.indexOf(Math.max(...row)));
      const right = answers.filter((answer, i) => answer === i).length;
      const losses = [loss(rows), loss(columns)];
      return { products, rows, columns, losses: [...losses, (losses[0] + losses[1]) / 2], answers, right };
    }
    let now = table();

    const head = html("thead", {}), body = html("tbody", {});
    const walk = walker(state, () => [n, captions().length], choose);
    const grid = html("table", { class: "ev-grid ev-board", role: "grid", onkeydown: walk }, html("caption", {}, t.grid), head, body);
    const numbers = html("tbody", {});
    const table2 = html("table", { class: "ev-numbers ev-board-numbers" }, html("caption", {}, t.caption), numbers);
    const caption = html("p", { class: "ev-caption" }), list = html("ol", { class: "ev-nearest-list" });
    const pair = html("p", { class: "ev-caption ev-pair" });
    const status = html("p", { role: "status", class: "ev-status" });
    const thumbnail = (one) => html("img", { src: one.image, alt: one.name, width: 24, height: 24 });

    function draw() {
      now = table();
      const all = captions(), shown = [now.rows, now.columns, now.products][state.show];
      const largest = state.show === 2 ? Math.max(...shown.flat().map(Math.abs)) : 1;
      head.replaceChildren(html("tr", {}, html("td", {}), ...all.map((one, j) => html("th", { scope: "col", class: j < n ? null : "ev-added", lang: languageOf(one.name) }, html("span", {}, one.name)))));
      body.replaceChildren(...data.pictures.map((one, i) => html("tr", {}, html("th", { scope: "row" }, thumbnail(one)),
        ...shown[i].map((value, j) => html("td", {
          role: "gridcell", tabindex: -1, "data-cell": `${i} ${j}`, "data-value": value, style: `--share: ${Math.max(0, value) / largest}`,
          "aria-label": t.cell(one.name, all[j].name, fixed(value, 2)), onpointerenter: () => choose(i, j), onclick: () => choose(i, j, true),
        })))));
      numbers.replaceChildren(...[["rows", t.nats(fixed(now.losses[0], 2))], ["columns", t.nats(fixed(now.losses[1], 2))],
        ["both", t.nats(fixed(now.losses[2], 2))], ["right", t.of(now.right, n)]].map(([row, text]) =>
        html("tr", { "data-row": row }, html("th", { scope: "row" }, t[row]), html("td", {}, text))));
      choose(state.row, Math.min(state.column, all.length - 1));
    }
    function choose(row, column, focus) {
      if (!state.revealed) return;
      Object.assign(state, { row, column });
      mark(body, row, column, focus);
      const all = captions(), one = data.pictures[row], order = range(all.length).sort((a, b) => now.rows[row][b] - now.rows[row][a] || a - b);
      caption.replaceChildren(thumbnail(one), " ", t.answer(one.name));
      list.replaceChildren(...order.slice(0, 5).map((j) => html("li", { "data-caption": j },
        html("span", { class: "ev-meter", style: `--share: ${now.rows[row][j]}` }), html("b", { lang: languageOf(all[j].name) }, all[j].name), " ",
        html("span", { class: "ev-value-of" }, percent(now.rows[row][j])), html("small", {}, j === row ? t.own : j < n ? "" : t.added))));
      pair.textContent = t.pair(one.name, all[column].name, fixed(cosine(one.vector, all[column].vector), 2));
      status.textContent = t.result(one.name, all[now.answers[row]].name, percent(now.rows[row][now.answers[row]]), now.right, n);
    }
    const unused = () => data.more.filter((one) => !state.added.includes(one));
    let wanted = data.more[0];
    const places = html("div", {});
    function chooser() {
      wanted = unused()[0];
      const full = !wanted || n + state.added.length >= most;
      const field = select(t.add, unused().map((one) => one.name), wanted && wanted.name, (name) => { wanted = data.more.find((one) => one.name === name); });
      places.replaceChildren(field);
      for (const button of adders) button.disabled = full;
    }
    function add(one) {
      state.added.push(one);
      chooser();
      draw();
    }
    // the caption, of those not on the board, that the chosen picture's vector is nearest to
    function worst() {
      const { vector } = data.pictures[state.row];
      return unused().reduce((best, one) => (cosine(vector, one.vector) > cosine(vector, best.vector) ? one : best));
    }
    const button = (name, press) => html("button", { type: "button", onclick: press }, name);
    const adders = [button(t.addIt, () => add(wanted)), button(t.hardest, () => add(worst()))];
    const clear = button(t.clear, () => { state.added = []; state.column = Math.min(state.column, n - 1); chooser(); draw(); });
    chooser();
    const texts = values.map((value) => (value === data.temperature ? t.learned(String(value)) : String(value)));
    const dial = slider(t.temperature, texts, values.indexOf(data.temperature), (i) => { state.temperature = values[i]; draw(); });
    const play = controls(dial, checkbox(t.normalise, true, (on) => { state.unit = on; draw(); }),
      select(t.show, t.directions, t.directions[0], (name) => { state.show = t.directions.indexOf(name); draw(); }),
      places, html("div", { class: "ev-row-of" }, ...adders, clear));
    const result = html("div", { class: "ev-side", hidden: true }, table2, caption, list, pair);
    const left = html("div", { hidden: true }, grid);
    const ask = predict(t.question(n, String(data.temperature), fixed(now.losses[2], 2)), t.options, () => {
      state.revealed = true;
      play.disabled = result.hidden = left.hidden = false;
      state.temperature = 1;
      const { losses, right } = table();
      state.temperature = data.temperature;
      draw();
      return t.outcome(fixed(losses[2], 2), fixed(Math.log(n), 2), right, n);
    });
    return [ask, play, html("div", { class: "ev-two" }, left, result), status];
  }

  // --- guidance: what a diffusion model draws for two texts from one noise --------------------------------------------

  function guidance(data) {
    const t = T.guidance, values = data.guidance, end = data.steps.length - 1, all = data.steps[end];
    const state = { pair: data.start.map((i) => data.prompts[i]), row: values.indexOf(1), column: end, view: 0, revealed: false };

    // A frame of the sheet that its surroundings name; the first rows are pictures, the others guesses.
    const place = () => `--row: ${state.view * values.length + state.row}; --column: ${state.column}`;
    const sheet = (box, one) => box.style.setProperty("--sheet", `url("${one.sheet}")`);
    const sides = [0, 1].map((side) => {
      const caption = html("caption", {}), body = html("tbody", {}), large = html("span", { class: "ev-tile", role: "img" });
      const walk = walker(state, () => [values.length, data.steps.length], (row, column) => choose(row, column, side));
      const grid = html("table", { class: "ev-grid ev-frames", role: "grid", onkeydown: walk }, caption,
        html("thead", {}, html("tr", {}, html("td", {}), ...data.steps.map((done) => html("th", { scope: "col" }, String(done))))), body);
      const name = html("figcaption", {}), wanted = html("img", { width: 30, height: 30 });
      const figure = html("figure", {}, large, name, html("small", {}, wanted, " ", t.asked));
      function draw() {
        const one = state.pair[side];
        [grid, figure].forEach((box) => sheet(box, one));
        caption.textContent = one.name;
        name.textContent = wanted.alt = one.name;
        wanted.src = one.image;
        body.replaceChildren(...values.map((value, row) => html("tr", {}, html("th", { scope: "row" }, String(value)),
          ...data.steps.map((done, column) => html("td", {
            role: "gridcell", tabindex: -1, "data-cell": `${row} ${column}`, "aria-label": t.frame(one.name, value, done),
            onpointerenter: () => choose(row, column), onclick: () => choose(row, column, side),
          }, html("span", { class: "ev-tile", style: `--row: ${state.view * values.length + row}; --column: ${column}` }))))));
      }
      return { body, grid, figure, large, draw };
    });

    const lines = html("tbody", {}), caption = html("caption", {}), head = html("tr", {});
    const table = html("table", { class: "ev-numbers ev-guidance-numbers" }, caption, html("thead", {}, head), lines);
    const status = html("p", { role: "status", class: "ev-status" });

    function draw() {
      for (const side of sides) side.draw();
      choose(state.row, state.column);
    }
    function choose(row, column, focused) {
      if (!state.revealed) return;
      Object.assign(state, { row, column });
      const value = String(values[row]), done = data.steps[column];
      sides.forEach(({ body, large }, side) => {
        mark(body, row, column, side === focused);
        large.setAttribute("style", place());
        large.setAttribute("aria-label", t.frame(state.pair[side].name, value, done));
      });
      dials.forEach((dial, axis) => dial.show([row, column][axis]));
      caption.textContent = t.caption(value, done, all, fixed(data.left[column], 2));
      head.replaceChildren(html("td", {}), ...state.pair.map((one) => html("th", { scope: "col" }, one.name)));
      lines.replaceChildren(...[
        ["away", t.away, (one) => fixed(one.away[row][column], 2)], ["right", t.right(data.of), (one) => String(one.right[row])],
        ["spread", t.spread(data.of), (one) => fixed(one.spread[row], 2)], ["trained", t.trained, (one) => (one.trained ? t.yes : t.no)],
      ].map(([name, label, text]) => html("tr", { "data-row": name }, html("th", { scope: "row" }, label),
        ...state.pair.map((one) => html("td", {}, text(one))))));
      status.textContent = t.result(value, done, all, state.pair.map((one) => one.name), state.pair.map((one) => fixed(one.away[row][column], 2)));
    }

    const names = data.prompts.map((one) => one.name);
    const dials = [slider(t.value, values.map(String), state.row, (row) => choose(row, state.column)),
      slider(t.step, data.steps.map((done) => t.steps(done, all)), state.column, (column) => choose(state.row, column))];
    const play = controls(
      ...t.sides.map((label, side) => select(label, names, state.pair[side].name, (name) => {
        state.pair[side] = data.prompts.find((one) => one.name === name);
        draw();
      })), ...dials,
      select(t.show, t.views, t.views[0], (name) => { state.view = t.views.indexOf(name); draw(); }));
    const noise = html("p", { class: "ev-hint ev-noise" }, t.hint, " ", html("img", { src: data.noise, alt: "", width: 20, height: 20 }));
    const frames = `--rows: ${2 * values.length}; --columns: ${data.steps.length}`;
    const result = html("div", { class: "ev-side", hidden: true, style: frames }, html("div", { class: "ev-pair-of" }, ...sides.map((side) => side.figure)), table);
    const left = html("div", { hidden: true, style: frames }, noise, html("div", { class: "ev-pair-of" }, ...sides.map((side) => side.grid)));
    const [first] = state.pair, least = Math.min(...first.spread), last = values.length - 1;
    const ask = predict(t.question(data.of, first.name, fixed(first.spread[0], 2), fixed(first.spread[state.row], 2), values[last]), t.options, () => {
      state.revealed = true;
      play.disabled = result.hidden = left.hidden = false;
      draw();
      return t.outcome(fixed(first.spread[last], 2), values[last], fixed(least, 2), values[first.spread.indexOf(least)]);
    });
    return [ask, play, html("div", { class: "ev-two" }, left, result), status];
  }

  // --- the frame -------------------------------------------------------------------------------------------------

  const KINDS = { analogies, walk, "text-and-passes": textAndPasses, lookup, sampling, heads, board, guidance };

  document.querySelectorAll(".ev-explorable").forEach((box) => {
    const table = box.querySelector("table");
    const parts = KINDS[box.dataset.explorable](JSON.parse(box.querySelector("script").textContent));
    const scrolled = html("div", { class: "ev-scrolled" });
    const details = html("details", { ontoggle: () => {
      if (scrolled.scrollWidth > scrolled.clientWidth) scrolled.tabIndex = 0; // for the keyboard to scroll it
    } }, html("summary", {}, T.table), scrolled);
    table.before(html("div", { class: "ev-play" }, ...parts), details);
    scrolled.append(table);
  });
})();
