import { DEFAULT_PAGE_SIZE } from '../../kernel/page.ts';
import type { Variables } from './arguments.ts';
import type { Plan, PlannedField } from './plan.ts';
import { sizeByArguments, USUAL_SIZE, type Price } from './prices.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Every request costs something. */
const LEAST = 1;

/** Stands in an answer for an object whose points are known. */
export class Priced {
  readonly points: number;

  constructor(points: number) {
    this.points = points;
  }
}

/** What an object costs for which there is no condition and no variable. */
export const pointsOf = (plan: Plan, object: Arguments): number => 1 + mostGiven(plan, {}, object);

/** What an operation may cost at most, as far as can be told before it is run: what it is charged with. */
export const requestedPoints = (plan: Plan, variables: Variables): number =>
  Math.max(LEAST, Math.ceil(mostRequested(plan, variables, 0)));

/** What it did cost, by what came out of it: never more than was asked for. */
export const actualPoints = (plan: Plan, variables: Variables, data: unknown, most: number): number =>
  Math.min(most, Math.max(LEAST, Math.ceil(isObject(data) ? mostGiven(plan, variables, data) : 0)));

// Loops without functions of their own, because both walks are done for each request.

/** Of the dearest branch. `pageSize`: of the connection around it; 0 outside of any. */
function mostRequested({ branches }: Plan, variables: Variables, pageSize: number): number {
  let most = 0;
  for (const fields of branches) {
    let sum = 0;
    for (const field of fields) sum += requested(field, variables, pageSize);
    if (sum > most) most = sum;
  }
  return most;
}

function requested(field: PlannedField, variables: Variables, pageSize: number): number {
  const { condition, plan, price, extra } = field;
  if (condition && !condition(variables)) return 0;
  const args = field.args(variables);
  const own = extra + ownOf(price, args);
  if (!plan) return own;
  const page = field.isPaged ? (sizeByArguments(args) ?? DEFAULT_PAGE_SIZE) : 0;
  return own + (field.isList ? sizeOf(field, args, pageSize) : 1) * (1 + mostRequested(plan, variables, page));
}

function sizeOf({ isOfPage, price }: PlannedField, args: Arguments, pageSize: number): number {
  if (isOfPage) return pageSize;
  const { size = USUAL_SIZE } = price;
  return sizeByArguments(args) ?? (typeof size === 'number' ? size : size(args));
}

/** As `mostRequested`, by the rows that are there. */
function mostGiven({ branches }: Plan, variables: Variables, object: Arguments): number {
  let most = 0;
  for (const fields of branches) {
    let sum = 0;
    for (const field of fields) sum += given(field, variables, object[field.key]);
    if (sum > most) most = sum;
  }
  return most;
}

function given(field: PlannedField, variables: Variables, value: unknown): number {
  const { condition, plan, price, extra } = field;
  if (value === undefined || (condition && !condition(variables))) return 0;
  let sum = extra === 0 && price.own === undefined ? 0 : extra + ownOf(price, field.args(variables));
  if (!plan) return sum;
  if (value instanceof Priced) return sum + value.points;
  if (!Array.isArray(value)) return isObject(value) ? sum + 1 + mostGiven(plan, variables, value) : sum;
  for (const row of value)
    if (row instanceof Priced) sum += row.points;
    else if (isObject(row)) sum += 1 + mostGiven(plan, variables, row);
  return sum;
}

const ownOf = ({ own = 0 }: Price, args: Arguments): number => (typeof own === 'number' ? own : own(args));

const isObject = (value: unknown): value is Arguments => typeof value === 'object' && value !== null;
