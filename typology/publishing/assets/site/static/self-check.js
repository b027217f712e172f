// "Welcher Typ sind wir?": answers live in this page only; they are never stored, sent or put into the address.
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, P = window.Posterior, el = M.el;
  var typology = window.TYPOLOGY;
  var place = document.getElementById("check");
  var own = null, answers = {}, past = [], chosen = [];

  // A typology of practice data never types a real municipality; without one there is the orientation.
  function byTypology() {
    return Boolean(typology) && (!typology.synthetisch || (own !== null && !window.Register.isReal(own.key)));
  }

  function show(node, focus) {
    document.getElementById("intro").hidden = node.id !== "start";
    place.textContent = "";
    place.appendChild(node);
    if (focus) {
      var target = node.querySelector("[data-focus]") || node.querySelector("h2");
      target.setAttribute("tabindex", "-1");
      target.focus();
    }
  }

  function button(text, action, kind) {
    var node = el("button", { type: "button", "class": kind || "button quiet" }, text);
    node.addEventListener("click", action);
    return node;
  }

  function remove() {
    own = null; answers = {}; past = []; chosen = [];
  }

  // ---- the beginning: choose a municipality or none
  function start(focus) {
    var status = el("p", { role: "status", "class": "status" });
    var list = el("ul", { "class": "results" });
    var field = el("input", { type: "search", id: "own", autocomplete: "off", spellcheck: "false", "aria-describedby": "own-hint" });
    var mode = el("p", { id: "mode", "class": "mode" });
    field.addEventListener("input", function () {
      var text = field.value.trim(), result = window.Register.search(text), shown = result.entries.slice(0, 8);
      list.textContent = "";
      shown.forEach(function (entry) {
        list.appendChild(el("li", {}, button(entry.name, function () { own = entry; start(true); }, "link"), el("span", { "class": "meta" }, window.Register.place(entry))));
      });
      status.textContent = window.Register.outcome(text, result, shown.length);
    });
    mode.textContent = byTypology() ? (typology.synthetisch ? T.mode_practice : T.mode_typology) : (typology ? T.mode_orientation_real : T.mode_orientation);
    var node = el("div", { id: "start" }, el("h2", {}, T.start_heading));
    if (own) {
      node.appendChild(el("p", { "class": "chosen-own", "data-focus": "" }, el("strong", {}, own.name), " ", el("span", { "class": "meta" }, window.Register.place(own)), " ",
        button(T.own_change, function () { own = null; start(true); })));
    } else {
      var form = el("form", { "class": "search" }, el("label", { "for": "own" }, T.own_label), field, el("p", { "class": "hint", id: "own-hint" }, T.own_hint));
      form.addEventListener("submit", function (event) { event.preventDefault(); });
      node.appendChild(form);
      node.appendChild(status);
      node.appendChild(list);
    }
    node.appendChild(mode);
    var actions = el("p", { "class": "actions" }, button(T.begin, begin, "button"));
    var example = window.Register.find(place.getAttribute("data-example"));
    if (!own && typology && typology.synthetisch && example) {
      actions.appendChild(button(window.say("try_example", { name: example.name }), function () { own = example; begin(); }));
    }
    node.appendChild(actions);
    show(node, focus);
  }

  function begin() {
    answers = {}; past = []; chosen = [];
    if (byTypology()) { ask(); } else { askOrientation(); }
  }

  // ---- (a) one step after the other, the most informative goals first
  function picks() {
    return typology.goals.filter(function (goal) { return answers[goal.key] === "ja"; });
  }

  function picking() {
    return typology.question.kind === "pick" || typology.question.kind === "ranking";
  }

  // Zero: as many as one likes.
  function limit() {
    return Number(typology.question.limit) || 0;
  }

  function answer(change, end) {
    past.push(answers);
    answers = Object.assign({}, answers, change);
    if (picking() && limit() && picks().length >= limit()) { close(); end = true; }
    if (end || P.assign(typology, answers).status === "klar" || !P.open(typology, answers).length) { finish(); } else { ask(); }
  }

  // A complete choice: what was not chosen is a no.
  function close() {
    typology.goals.forEach(function (goal) { if (answers[goal.key] === undefined) { answers[goal.key] = "nein"; } });
  }

  function back() {
    if (!past.length) { start(true); return; }
    answers = past.pop();
    ask();
  }

  function clarity() {
    var result = P.assign(typology, answers);
    if (!result.answered) { return el("p", { id: "clarity", "class": "clarity" }, T.clarity_none); }
    return el("p", { id: "clarity", "class": "clarity" }, window.say(result.status === "klar" ? "clarity_clear" : "clarity_open", {
      type: M.tr(typology.types[result.first].label), p: M.chance(result.probabilities[result.first]), clear: M.percent(typology.thresholds.clear)
    }));
  }

  function options(rows) {
    return rows.map(function (row, at) {
      return el("div", { "class": "option" }, el("input", { type: "radio", name: "answer", id: "answer-" + at, value: row[0] }), el("label", { "for": "answer-" + at }, row[1]));
    });
  }

  function ask() {
    var open = P.open(typology, answers), taken = picks(), asked = null, rows, title, text;
    if (picking()) {
      title = window.say(limit() ? "pick_step" : "pick_step_open", { n: taken.length + 1, limit: limit() });
      text = M.tr(typology.question.text);
      rows = open.map(function (goal) { return [goal.key, M.tr(goal.label)]; });
      if (taken.length) { rows.push(["-", T.pick_none]); }
    } else {
      title = window.say("goal_step", { n: typology.goals.length - open.length + 1, all: typology.goals.length });
      text = M.tr(typology.question.text);
      asked = el("strong", { "class": "asked" }, M.tr(open[0].label));
      rows = (open[0].answers.join() === "nein,ja" ? ["ja", "nein"] : open[0].answers).map(function (value) { return [value, window.CheckResult.answerLabel(value)]; });
    }
    rows.push(["?", T.unknown]);
    var error = el("p", { id: "error", "class": "error", role: "alert" });
    var group = el("fieldset", { "aria-describedby": "clarity error" }, el("legend", {}, text, " ", asked));
    options(rows).forEach(function (node) { group.appendChild(node); });
    var form = el("form", { "class": "question" }, el("h2", { "data-focus": "" }, title), clarity(),
      taken.length ? el("p", { "class": "meta" }, window.say("picked", { goals: taken.map(function (goal) { return M.tr(goal.label); }).join(", ") })) : null,
      group, error, el("p", { "class": "actions" }, el("button", { type: "submit", "class": "button" }, T.next), button(T.back, back)));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var marked = form.querySelector("input:checked");
      if (!marked) { error.textContent = T.choose_one; return; }
      take(marked.value, open);
    });
    show(form, true);
  }

  function take(value, open) {
    var change = {};
    if (!picking()) {
      change[open[0].key] = value === "?" ? "" : value;
      answer(change, false);
    } else if (value === "?") {
      answer({}, true);
    } else if (value === "-") {
      typology.goals.forEach(function (goal) { if (answers[goal.key] === undefined) { change[goal.key] = "nein"; } });
      answer(change, true);
    } else {
      change[value] = "ja";
      answer(change, false);
    }
  }

  function finish() {
    var node = window.CheckResult.assignment(typology, answers, own);
    var more = P.open(typology, answers).length > 0;
    node.appendChild(closing(back, more ? ask : null));
    show(node, true);
  }

  function closing(toBack, toMore) {
    return el("div", { "class": "noprint" }, el("p", { "class": "note" }, T.stays_here), el("p", { "class": "actions" },
      button(T.print, function () { window.print(); }, "button"), button(T.back, toBack),
      toMore ? button(T.more, toMore) : null, button(T.again, function () { remove(); start(true); })));
  }

  // ---- (b) the orientation by the published descriptions
  function askOrientation() {
    var most = window.CHECK.limit;
    var status = el("p", { role: "status", "class": "status", id: "count" }, window.say("count", { n: chosen.length, limit: most }));
    var group = el("fieldset", { "aria-describedby": "count" }, el("legend", {}, window.say("orientation_question", { limit: most })));
    window.CHECK.goals.forEach(function (goal) {
      var box = el("input", { type: "checkbox", id: "goal-" + goal.key, value: goal.key });
      box.checked = chosen.indexOf(goal.key) >= 0;
      box.addEventListener("change", function () {
        if (box.checked && chosen.length >= most) {
          box.checked = false;
          status.textContent = window.say("count_full", { limit: most });
          return;
        }
        chosen = box.checked ? chosen.concat([goal.key]) : chosen.filter(function (key) { return key !== goal.key; });
        status.textContent = window.say("count", { n: chosen.length, limit: most });
      });
      group.appendChild(el("div", { "class": "option" }, box, el("label", { "for": box.id }, M.tr(goal.label))));
    });
    var form = el("form", { "class": "question" }, el("h2", { "data-focus": "" }, T.orientation_title), el("p", {}, T.orientation_note), group, status,
      el("p", { "class": "actions" }, el("button", { type: "submit", "class": "button" }, T.orientation_go), button(T.back, function () { start(true); })));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var node = window.CheckResult.orientation(chosen, own);
      node.appendChild(closing(askOrientation, null));
      show(node, true);
    });
    show(form, true);
  }

  window.Register.load();
  own = window.Register.find(location.hash.slice(1));
  start(false);
})();
