// The results of the self-check: of the assignment by a typology, and of the orientation by descriptions.
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, P = window.Posterior, el = M.el;
  var home = document.body.getAttribute("data-home");
  var STEPS = 3, PARTNERS = 3;

  function typeLink(key, label) {
    return window.CHECK.pages.indexOf(key) >= 0 ? el("a", { href: home + "typ/" + key + ".html" }, label) : label;
  }

  // The name without its article, as it stands in tables and inside sentences.
  function short(type) { return M.tr(type.short || type.label); }

  function head(type, name) {
    return el("span", {}, M.symbol(type), el("span", { "class": "letter", "aria-hidden": "true" }, type.letter + " "), name || M.tr(type.label));
  }

  function section(title) {
    var node = el("section", {}, el("h2", {}, title));
    Array.prototype.slice.call(arguments, 1).forEach(function (part) { if (part) { node.appendChild(part); } });
    return node;
  }

  function ownBody(entry) {
    return entry ? el("p", { "class": "meta" }, M.name(window.Register.shownName(entry)), " · " + window.Register.place(entry)) : null;
  }

  // A place with a page of its own: there the answers of the survey decide.
  function ownPage(entry) {
    if (!entry || !entry.listed) { return null; }
    return el("p", {}, T.own_page + " ", el("a", { href: home + "gemeinde/" + entry.key + ".html" }, M.name(window.Register.shownName(entry))));
  }

  function probabilities(typology, result) {
    var body = el("tbody", {});
    typology.types.forEach(function (type, at) {
      body.appendChild(el("tr", { "class": "type-" + type.key }, el("th", { scope: "row" }, head(type, short(type))),
        el("td", { "class": "num" }, M.chance(result.probabilities[at])),
        el("td", { "class": "pic" }, M.bar(result.probabilities[at], type.key))));
    });
    return el("table", { "class": "rows narrow", "aria-label": T.probabilities },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, T.type), el("th", { scope: "col", "class": "num" }, T.probability), el("td", { "class": "pic" }))), body);
  }

  function sentence(typology, result, early) {
    var first = typology.types[result.first], second = typology.types[result.second], mixed = result.status === "mischtyp";
    return window.say((early ? "early_" : "status_") + result.status, {
      type: mixed ? short(first) : M.tr(first.label), p: M.chance(result.probabilities[result.first]),
      second: second ? short(second) : "", q: second ? M.chance(result.probabilities[result.second]) : ""
    });
  }

  function answerLabel(answer) {
    return answer ? T["answer_" + answer] || answer : T.answer_open;
  }

  function changeList(typology, answers) {
    var found = P.changes(typology, answers).slice(0, 3);
    if (!found.length) { return el("p", {}, T.change_none); }
    var list = el("ul", {});
    found.forEach(function (change) {
      var values = { from: change.from && M.tr(change.from.label), to: change.to && M.tr(change.to.label), type: short(typology.types[change.type]), answer: answerLabel(change.answer) };
      var said = change.answer ? "change_answer" : !change.from ? "change_add" : !change.to ? "change_drop" : "change_swap";
      list.appendChild(el("li", {}, window.say(said, values)));
    });
    return list;
  }

  function answerList(goals, answers, listed) {
    var list = el("ul", { "class": "inline" });
    goals.forEach(function (goal) {
      if (!answers[goal.key] || (listed && answers[goal.key] !== "ja")) { return; }
      list.appendChild(el("li", {}, M.tr(goal.label) + (listed ? "" : ": " + answerLabel(answers[goal.key]))));
    });
    return list.children.length ? list : el("p", {}, T.answers_none);
  }

  // What a type means: its portrait, or that it has none.
  function meaning(type) {
    var described = window.Near.typeOf(type.key), text = described && described.portrait;
    return el("div", { "class": "type-" + type.key }, el("p", {}, text ? M.tr(text) : T.unnamed_type));
  }

  // Steps of the fields that the chosen goals draw on, one a field first; each holds under the condition that is said.
  // Without a place only what is meant for every body.
  function meantFor(step, own) {
    return (!step.kinds.length || (own && step.kinds.indexOf(own.type) >= 0)) &&
      (!step.sizes.length || (own && step.sizes.indexOf(own.size) >= 0));
  }

  // Of every field of a chosen goal the step first that serves one of them; then the others.
  function nextSteps(chosen, own) {
    var fields = [], found = [], more = [];
    chosen.forEach(function (goal) {
      (window.CHECK.goal_fields[goal] || []).forEach(function (field) { if (fields.indexOf(field) < 0) { fields.push(field); } });
    });
    fields.forEach(function (field) {
      var fit = (window.CHECK.steps[field] || []).filter(function (step) { return meantFor(step, own); });
      function serves(step) { return step.goals.some(function (goal) { return chosen.indexOf(goal) >= 0; }); }
      fit.filter(serves).concat(fit.filter(function (step) { return !serves(step); }))
        .forEach(function (step, at) { (at ? more : found).push(step); });
    });
    return found.concat(more).slice(0, STEPS);
  }

  function steps(chosen, own) {
    var found = nextSteps(chosen, own), list = el("ol", { "class": "agenda" });
    var talk = window.CHECK.questions.filter(function (question) {
      return question.goals.some(function (goal) { return chosen.indexOf(goal) >= 0; });
    })[0] || window.CHECK.questions.filter(function (question) { return !question.goals.length; })[0];
    found.forEach(function (step) {
      list.appendChild(el("li", {}, el("strong", {}, M.tr(step.title)), el("p", {}, M.tr(step.how)),
        el("p", { "class": "textsource" }, window.say("step_source", { field: M.tr(step.field), source: M.tr(step.source) }))));
    });
    return section(T.steps_heading, talk ? el("p", {}, T.talk_first + " ", M.tr(talk.text)) : null,
      found.length ? el("p", { "class": "meta" }, T.steps_condition) : el("p", {}, T.steps_none), found.length ? list : null);
  }

  function partners(own, typeKey) {
    if (!own) { return section(T.partners_heading, el("p", {}, T.partners_choose)); }
    function column(title, wanted) {
      var found = window.Near.find(own, PARTNERS, function (item) { return item.partner && wanted(item); });
      return el("div", {}, el("h3", {}, title), window.Near.list(found));
    }
    var columns = typeKey ? el("div", { "class": "two" },
      column(T.partners_similar, function (item) { return item.type === typeKey; }),
      column(T.partners_complementary, function (item) { return item.type && item.type !== typeKey; }))
      : column(T.partners_any, function () { return true; });
    return section(T.partners_heading, el("p", { "class": "meta" }, T.partners_text), columns);
  }

  function assignment(typology, answers, own, early) {
    var result = P.result(typology, answers), list = P.isList(typology);
    var found = result.status === "nicht_zuzuordnen" ? null : typology.types[result.first];
    var second = typology.types[result.second];
    var chosen = typology.goals.filter(function (goal) { return answers[goal.key] === goal.answers[goal.answers.length - 1]; }).map(function (goal) { return goal.key; });
    var node = el("div", { "class": "result" }, ownBody(own), typology.synthetisch ? el("p", { "class": "note" }, T.synthetic_text) : null);
    var words = el("div", {}, el("p", { "class": "verdict-type" }, found ? typeLink(found.key, head(found)) : T.no_type,
        result.status === "mischtyp" ? el("span", {}, " · ", typeLink(second.key, head(second))) : null),
      el("p", {}, sentence(typology, result, early)));
    var verdict = el("section", { "class": "verdict" + (found ? " type-" + found.key : ""), "aria-label": T.result_heading }, words);
    if (!early) {
      if (result.status === "klar" && result.second >= 0) {
        words.appendChild(el("p", {}, window.say("second", { type: M.tr(second.label), p: M.chance(result.probabilities[result.second]) })));
      }
      verdict.appendChild(probabilities(typology, result));
    }
    node.appendChild(verdict);
    var own_page = ownPage(own);
    if (own_page) { node.appendChild(own_page); }
    if (found) {
      node.appendChild(section(T.meaning_heading, meaning(found), result.status === "mischtyp" ? meaning(second) : null));
    } else {
      node.appendChild(section(T.meaning_heading, el("p", {}, T.no_type_means), el("p", {}, window.say("no_type_nearest", { type: short(typology.types[result.first]), second: second ? short(second) : "–" }))));
    }
    node.appendChild(steps(chosen, own));
    node.appendChild(partners(own, found ? found.key : ""));
    node.appendChild(section(T.answers_heading, answerList(typology.goals, answers, list)));
    if (result.answered && !early) { node.appendChild(section(T.change_heading, changeList(typology, answers))); }
    node.appendChild(el("p", { "class": "note noprint" }, window.say("model", { model: typology.version })));
    return { title: typology.synthetisch ? T.synthetic_heading : T.result_heading, node: node };
  }

  function orientation(chosen, own) {
    var labels = {}, answers = {};
    window.CHECK.goals.forEach(function (goal) { labels[goal.key] = M.tr(goal.label); });
    chosen.forEach(function (key) { answers[key] = "ja"; });
    var body = el("tbody", {});
    window.CHECK.types.forEach(function (type) {
      if (!type.signature.length) { return; }
      var taken = type.signature.filter(function (key) { return chosen.indexOf(key) >= 0; });
      var list = el("ul", { "class": "ticks" });
      type.signature.forEach(function (key) {
        var yes = taken.indexOf(key) >= 0;
        list.appendChild(el("li", { "class": yes ? "yes" : "no" }, labels[key] || key, " – ", yes ? T.chosen : T.not_chosen));
      });
      body.appendChild(el("tr", { "class": "type-" + type.key }, el("th", { scope: "row" }, typeLink(type.key, head(type))),
        el("td", {}, list), el("td", { "class": "num" }, window.say("of", { n: taken.length, all: type.signature.length }))));
    });
    var node = el("div", { "class": "result" }, ownBody(own), el("p", { "class": "lead" }, T.orientation_text),
      el("table", { "class": "rows", "aria-label": T.orientation_heading }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, T.type),
        el("th", { scope: "col" }, T.signature), el("th", { scope: "col", "class": "num" }, T.signature_count))), body));
    var page = ownPage(own);
    if (page) { node.appendChild(page); }
    node.appendChild(steps(chosen, own));
    node.appendChild(partners(own, ""));
    node.appendChild(section(T.answers_heading, answerList(window.CHECK.goals, answers, true)));
    node.appendChild(el("p", { "class": "note" }, T.orientation_source));
    return { title: T.orientation_heading, node: node };
  }

  window.CheckResult = { assignment: assignment, orientation: orientation, answerLabel: answerLabel, nextSteps: nextSteps };
})();
