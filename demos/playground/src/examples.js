// @ts-check
// The examples, by chapter, in the list to choose from.

import { at } from "./dom.js";

/** @typedef {{chapter: string, examples: {title: string, text: string}[]}[]} Chapters */

/** @type {Chapters} */
const CHAPTERS = JSON.parse(at("examples").textContent ?? "[]");

export const FIRST = CHAPTERS[0].examples[0].text;

/**
 * Fill the list, and call this with the program that is chosen.
 * @param {(text: string) => void} choose
 */
export function offerExamples(choose) {
  const list = /** @type {HTMLSelectElement} */ (at("example"));
  const texts = CHAPTERS.flatMap(({ examples }) => examples.map(({ text }) => text));
  let number = 0;
  for (const { chapter, examples } of CHAPTERS) {
    const group = document.createElement("optgroup");
    group.label = beginning(chapter);
    for (const { title } of examples) {
      group.append(new Option(beginning(title), String(number)));
      number += 1;
    }
    list.append(group);
  }
  list.addEventListener("change", () => {
    if (list.value) choose(texts[Number(list.value)]);
    list.value = "";
  });
}

/**
 * What a title names, without what it says of that.
 * @param {string} title
 */
const beginning = (title) => title.split(/[:,.]/)[0];
