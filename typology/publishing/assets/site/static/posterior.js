// Type probabilities for any subset of answers: share times the probability of the answers given, scaled to one.
// The same formula as the program's own assignment; a test holds both to each other.
(function () {
  "use strict";
  var TOLERANCE = 1e-9;
  var MOST_WAYS = 20000;

  function scaled(logs) {
    var top = Math.max.apply(null, logs);
    var raw = logs.map(function (value) { return Math.exp(value - top); });
    var sum = raw.reduce(function (a, b) { return a + b; }, 0);
    return raw.map(function (value) { return value / sum; });
  }

  // Elementary symmetric sums of order 0, 1 …: over all sets of so many weights, the product of the weights.
  function sums(weights) {
    var result = weights.map(function () { return 0; }).concat([0]);
    result[0] = 1;
    weights.forEach(function (weight, at) {
      for (var order = at + 1; order > 0; order -= 1) { result[order] += weight * result[order - 1]; }
    });
    return result;
  }

  // Log of share times probability for types given the number of ticks; goals not asked leave that number open.
  function tickLogs(typology, answers) {
    var open = typology.goals.filter(function (goal) { return !answers[goal.key]; });
    var ticked = typology.goals.filter(function (goal) { return answers[goal.key] === goal.answers[1]; });
    return typology.types.map(function (type) {
      function weight(goal) { return type.odds[goal.key]; }
      var all = sums(typology.goals.map(weight)), rest = sums(open.map(weight)), factor = 0;
      for (var more = 0; more <= open.length; more += 1) {
        factor += typology.ticks[ticked.length + more] / all[ticked.length + more] * rest[more];
      }
      return ticked.reduce(function (sum, goal) { return sum + Math.log(weight(goal)); }, Math.log(type.share) + Math.log(factor));
    });
  }

  // answers: {goal key: answer}; a goal without an entry, or with "", counts as not answered.
  function logs(typology, answers) {
    if (typology.ticks) { return tickLogs(typology, answers); }
    var given = typology.goals.filter(function (goal) { return answers[goal.key]; });
    return typology.types.map(function (type) {
      return given.reduce(function (sum, goal) {
        return sum + Math.log(type.probabilities[goal.key][goal.answers.indexOf(answers[goal.key])]);
      }, Math.log(type.share));
    });
  }

  function posterior(typology, answers) { return scaled(logs(typology, answers)); }

  // Log of the probability of the answers over all types.
  function level(values) {
    var top = Math.max.apply(null, values);
    return top + Math.log(values.reduce(function (sum, value) { return sum + Math.exp(value - top); }, 0));
  }

  // Places of the types, most probable first; what is equal to twelve digits keeps the neutral order.
  function order(probabilities) {
    var rounded = probabilities.map(function (value) { return Math.round(value * 1e12); });
    return rounded.map(function (value, at) { return at; }).sort(function (a, b) { return rounded[b] - rounded[a] || a - b; });
  }

  // {status, first, second, answered, probabilities}
  function assign(typology, answers) {
    var probabilities = posterior(typology, answers);
    var ranked = order(probabilities);
    var answered = typology.goals.filter(function (goal) { return answers[goal.key]; }).length;
    var limits = typology.thresholds;
    var first = probabilities[ranked[0]], second = ranked.length > 1 ? probabilities[ranked[1]] : 0;
    var status = "nicht_zuzuordnen";
    if (answered >= Math.max(1, limits.min_answered)) {
      if (first >= limits.clear - TOLERANCE) { status = "klar"; } else if (first + second >= limits.mixed - TOLERANCE) { status = "mischtyp"; }
    }
    return { status: status, first: ranked[0], second: ranked.length > 1 ? ranked[1] : -1, answered: answered, probabilities: probabilities };
  }

  function entropy(probabilities) {
    return probabilities.reduce(function (sum, value) { return value > 0 ? sum - value * Math.log(value) : sum; }, 0);
  }

  // How much one more answer is expected to tell about the type, in nats.
  function information(typology, answers, goal) {
    var before = logs(typology, answers);
    return goal.answers.reduce(function (gain, answer) {
      var next = Object.assign({}, answers);
      next[goal.key] = answer;
      var after = logs(typology, next);
      return gain - Math.exp(level(after) - level(before)) * entropy(scaled(after));
    }, entropy(scaled(before)));
  }

  // Goals without an answer, the most informative first.
  function open(typology, answers) {
    return typology.goals.filter(function (goal) { return answers[goal.key] === undefined; }).map(function (goal, at) {
      return { goal: goal, gain: Math.round(1e9 * information(typology, answers, goal)), at: at };
    }).sort(function (a, b) { return b.gain - a.gain || a.at - b.at; }).map(function (item) { return item.goal; });
  }

  // Single changes that lead to another type: [{from, to, answer, type, probability}]. In a list one choice is
  // exchanged (where there is a limit), added (below it) or, in a complete list, left out; without "from" it is
  // added, without "to" left out. In other questions one goal gets another answer.
  function changes(typology, answers) {
    var now = result(typology, answers), found = [];
    function test(next, change) {
      var then = result(typology, next);
      if (then.first !== now.first) {
        change.type = then.first;
        change.probability = then.probabilities[then.first];
        found.push(change);
      }
    }
    function changed(goal, answer) {
      var next = Object.assign({}, answers);
      next[goal.key] = answer;
      return next;
    }
    if (typology.question.kind === "pick" || typology.question.kind === "ranking") {
      var limit = Number(typology.question.limit) || 0;
      var taken = typology.goals.filter(function (goal) { return answers[goal.key] === "ja"; });
      var others = typology.goals.filter(function (goal) { return answers[goal.key] !== "ja"; });
      others.forEach(function (other) {
        (limit ? taken : []).forEach(function (goal) {
          var next = changed(other, "ja");
          next[goal.key] = answers[other.key];
          test(next, { from: goal, to: other });
        });
        if (limit && taken.length >= limit) { return; }
        var more = changed(other, "ja");
        if (limit && taken.length + 1 === limit) {
          others.forEach(function (goal) { if (goal !== other) { more[goal.key] = "nein"; } });
        }
        test(more, { from: null, to: other });
      });
      if (typology.goals.every(function (goal) { return answers[goal.key]; })) {
        taken.forEach(function (goal) { test(changed(goal, "nein"), { from: goal, to: null }); });
      }
    } else {
      typology.goals.filter(function (goal) { return answers[goal.key]; }).forEach(function (goal) {
        goal.answers.forEach(function (answer) {
          if (answer === answers[goal.key]) { return; }
          test(changed(goal, answer), { from: goal, to: goal, answer: answer });
        });
      });
    }
    return found.sort(function (a, b) { return b.probability - a.probability; });
  }

  // The same with what a page of a municipality says of exactly these answers: it knows the model that is not rounded.
  function result(typology, answers) {
    var found = assign(typology, answers);
    var pattern = typology.goals.map(function (goal) { return answers[goal.key] ? goal.answers.indexOf(answers[goal.key]) : "-"; }).join("");
    var published = window.CHECK && window.CHECK.published;
    if (!published || !Object.prototype.hasOwnProperty.call(published, pattern)) { return found; }
    var said = published[pattern], ranked = order(said[3]);
    found.status = said[0];
    found.first = said[1] < 0 ? ranked[0] : said[1];
    found.second = said[2] < 0 ? ranked.filter(function (at) { return at !== found.first; })[0] : said[2];
    found.probabilities = said[3];
    return found;
  }

  function isList(typology) {
    return typology.question.kind === "pick" || typology.question.kind === "ranking";
  }

  // A whole list: what was not chosen is a no.
  function complete(typology, answers) {
    var all = {};
    typology.goals.forEach(function (goal) { all[goal.key] = answers[goal.key] === "ja" ? "ja" : "nein"; });
    return all;
  }

  // What a reader is told: no type, one type, or two.
  function told(typology, answers) {
    var found = result(typology, answers);
    if (found.status === "nicht_zuzuordnen") { return found.status; }
    return found.status + " " + found.first + (found.status === "mischtyp" ? " " + found.second : "");
  }

  // In how many ways the answers can go on: further choices up to the limit, or an answer or none to each open goal.
  function ways(typology, answers) {
    var open = typology.goals.filter(function (goal) { return answers[goal.key] === undefined; });
    if (!isList(typology)) {
      return open.reduce(function (product, goal) { return product * (goal.answers.length + 1); }, 1);
    }
    var left = picksLeft(typology, answers, open.length), sum = 0, chosen = 1;
    for (var more = 0; more <= left; more += 1) {
      sum += chosen;
      chosen = chosen * (open.length - more) / (more + 1);
    }
    return sum;
  }

  function picksLeft(typology, answers, most) {
    var taken = typology.goals.filter(function (goal) { return answers[goal.key] === "ja"; }).length;
    return Math.max(0, Math.min(most, (Number(typology.question.limit) || most + taken) - taken));
  }

  // Whether whatever is still answered leaves type and status as they are; too many ways count as not decided.
  function decided(typology, answers) {
    if (ways(typology, answers) > MOST_WAYS) { return false; }
    var open = typology.goals.filter(function (goal) { return answers[goal.key] === undefined; });
    var list = isList(typology), first = told(typology, list ? complete(typology, answers) : answers);
    function same(next, at, left) {
      if (at === open.length || left === 0) { return told(typology, list ? complete(typology, next) : next) === first; }
      var options = list ? ["nein", "ja"] : [""].concat(open[at].answers);
      return options.every(function (answer) {
        var changed = Object.assign({}, next);
        changed[open[at].key] = answer;
        return same(changed, at + 1, answer === "ja" && list ? left - 1 : left);
      });
    }
    return same(answers, 0, list ? picksLeft(typology, answers, open.length) : -1);
  }

  // Whether asking one after the other can ever end sooner; of a list that is looked up, of other questions it can.
  function canEndEarly(typology) {
    if (!isList(typology)) { return true; }
    var goals = typology.goals, found = false;
    if (!Number(typology.question.limit)) { return false; }
    function grow(taken, from) {
      if (found || taken.length >= Number(typology.question.limit)) { return; }
      if (taken.length) {
        var answers = {};
        taken.forEach(function (goal) { answers[goal.key] = "ja"; });
        if (ways(typology, answers) > MOST_WAYS) { return; }
        found = decided(typology, answers);
      }
      for (var at = from; at < goals.length && !found; at += 1) { grow(taken.concat(goals[at]), at + 1); }
    }
    grow([], 0);
    return found;
  }

  window.Posterior = {
    posterior: posterior, assign: assign, result: result, information: information, open: open, changes: changes, isList: isList,
    complete: complete, told: told, decided: decided, canEndEarly: canEndEarly
  };
})();
