import { DAY } from './calendar.ts';
import type { Course } from './course.ts';
import type { Dimensions, Order, Review } from './deal.ts';
import type { Random } from './random.ts';
import { reviewText } from './text.ts';
import type { Tongue } from './wares.ts';

const REVIEWED = 0.55; // of deliveries
const WITH_TEXT = 0.7; // of reviews

/** What a buyer says of a delivered order, if it says anything. */
export function reviewOf(random: Random, order: Order, course: Course, trouble: number): Review | null {
  if (course.deliveredAt === null) return null;
  if (!random.chance(course.grievance ? REVIEWED + 0.15 : REVIEWED)) return null; // the aggrieved speak oftener

  const at = course.deliveredAt + Math.floor(Math.min(random.logNormal(2.5 * DAY, 1), 40 * DAY));
  const delight = delightOf(random, order, course, trouble);
  const stars = delight.stars;
  const isInvited = random.chance(0.35);
  return {
    at,
    stars,
    dimensions: random.chance(0.8) ? delight.dimensions : null,
    text: random.chance(WITH_TEXT) ? textOf(random, order, course, stars) : null,
    channel: isInvited ? 'INVITED' : 'ORGANIC',
    isIncentivized: isInvited && random.chance(0.06),
    retractedAt: random.chance(0.006) ? at + Math.floor(random.between(0.1, 20) * DAY) : null,
  };
}

const clamped = (stars: number): number => Math.min(5, Math.max(1, Math.round(stars)));

/** Stars follow what happened, the goods' and the shop's own merit, the buyer's temper, and chance. */
function delightOf(
  random: Random,
  { buyer }: Order,
  { grievance, isMended, lateDays }: Course,
  trouble: number,
): { stars: number; dimensions: Dimensions } {
  const merit = 5.35 - 1.5 * trouble - buyer.harshness;
  const goods = merit - (grievance ? 2.8 : 0) + 0.5 * random.normal();
  const service = merit + (grievance ? (isMended ? -0.3 : -2.2) : 0) + 0.4 * random.normal();
  const logistics = merit - Math.min(3, lateDays > 0 ? 0.8 + 0.3 * lateDays : 0) + 0.5 * random.normal();
  const dimensions = { description: clamped(goods), service: clamped(service), logistics: clamped(logistics) };
  if (random.chance(0.008)) return { stars: 1 + random.below(4), dimensions }; // a bad day, or the wrong shop
  const whole = goods - Math.min(1.5, (merit - logistics) * 0.4) + (isMended ? 0.7 : grievance ? -0.6 : 0);
  return { stars: clamped(whole), dimensions };
}

function textOf(random: Random, order: Order, course: Course, stars: number): string {
  // Most write in their own tongue, some in the shop's.
  const tongue: Tongue = random.chance(0.85) ? order.buyer.tongue : order.merchant.tongue;
  const { ware, noun } = order.lines[0]!.product;
  return reviewText(random, tongue, {
    ware,
    noun,
    stars,
    days: ((course.deliveredAt ?? order.placedAt) - order.placedAt) / DAY,
    grievance: course.grievance,
    isMended: course.isMended,
    isLate: course.lateDays > 0,
  });
}
