// @ts-check
// The step in words and numbers: its arithmetic, the tables, the question, what went wrong.

/** @import { Session } from "../model/session.js" */
/** @import { Moment } from "../model/moment.js" */

import { FAULTS } from "../model/faults.js";
import { arithmetic, details } from "../model/markup.js";
import { errorWords, spokenWords } from "../model/sentences.js";
import { grouped } from "../model/text.js";
import { at, set } from "./dom.js";
import { showNetStep } from "./net_step.js";

const PHASES = { start: "Start", forward: "Forward", backward: "Backward" };

/**
 * @param {Session} session
 * @param {Moment} moment
 * @param {(leaf: number) => void} onLeaf
 */
export function showStep(session, moment, onLeaf) {
  const { phase } = moment;
  at("now").className = phase;
  at("now").style.removeProperty("height"); // that a nudge kept
  at("phase").textContent = `${PHASES[phase]}${sampleOf(moment)}${faultOf(moment)}`;
  at("count").textContent = count(session);
  showError(errorWords(moment));
  const { story } = session;
  if (story) showNetStep(story, moment, onLeaf);
  else showOperation(moment);
  showQuestion(session);
  const { verdict } = session;
  at("verdict").textContent = verdict?.text ?? "";
  at("verdict").className = verdict ? (verdict.right ? "right" : "wrong") : "";
  set(at("words"), "text", story?.sentence(moment) ?? spokenWords(moment));
}

/** @param {Moment} moment */
function showOperation(moment) {
  at("arithmetic").innerHTML = arithmetic(moment);
  at("arithmetic").className = moment.phase === "backward" && !moment.isBlocked ? "chain" : "";
  at("details").innerHTML = details(moment);
}

/** @param {Moment} moment */
function sampleOf({ sample, graph }) {
  return sample ? `, ${sample} of ${graph.samples?.count}` : "";
}

/** @param {Moment} moment */
function faultOf({ phase, computed: { fault } }) {
  return fault && phase === "backward" ? `, ${FAULTS[fault]}` : "";
}

/** @param {Session} session */
function count({ asked, right, stop, stops }) {
  const score = asked ? `${right} of ${asked} right · ` : "";
  return `${score}step ${grouped(stop)} of ${grouped(stops.length - 1)}`;
}

/** @param {string} words */
function showError(words) {
  at("error").hidden = !words;
  if (words) set(at("error"), "text", words);
}

/** @param {Session} session */
function showQuestion({ question }) {
  at("quiz").hidden = question === null;
  if (question === null) return;
  at("question").textContent = question.text;
  const isClick = question.kind === "which";
  at("guess").hidden = isClick;
  at("check").hidden = isClick;
  at("guess", HTMLInputElement).value = "";
  at("guess").removeAttribute("aria-invalid");
}
