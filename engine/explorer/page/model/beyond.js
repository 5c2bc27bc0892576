// @ts-check
// How much of a picture is out of sight, in so few words that the legend stays one line.

/** @import { Camera, Card, Room } from "./camera.js" */

import { withInSight } from "./camera.js";
import { grouped } from "./text.js";

/**
 * "" where every card is seen whole.
 * @param {Card[]} cards
 * @param {Camera} camera
 * @param {Room} room
 */
export function beyondWords(cards, camera, room) {
  const beyond = cards.filter((card) => withInSight(camera, room, card) !== camera).length;
  if (!beyond) return "";
  return `${grouped(beyond)} of ${grouped(cards.length)} out of sight`;
}
