import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import type { Reader } from '../db/tx.ts';
import { DAY_MS, dayOf } from '../evidence/book.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { PresetGrade } from '../scoring/preset-grade.ts';
import { levelsGrade } from '../scoring/preset-levels.ts';
import type { LevelsPreset, StandardsPreset, StarsPreset } from '../scoring/preset-policy.ts';
import { lookBackDays, standardsGrade } from '../scoring/preset-standards.ts';
import { starsGrade } from '../scoring/preset-stars.ts';
import { excusesBetween } from './excuses.queries.ts';
import { recentRules, type ActivePreset } from './policies.loaders.ts';
import * as queries from './preset-facts.queries.ts';
import type { FactsAt } from './preset-facts.queries.ts';
import { orderFactsOf, periodsOf, ratingFactsOf, starFactsOf, wantedOf } from './preset-facts.ts';

/** The preset that is in force under a name, or announced and named as KEY@VERSION; undefined where the name is no preset's. */
export function presetInForce(
  presets: readonly ActivePreset[],
  subjectKind: SubjectKind,
  name: string | null | undefined,
  now: number,
): ActivePreset | undefined {
  if (name == null) return undefined;
  const [, key = name, version] = /^(.*)@(\d{1,9})$/s.exec(name) ?? [];
  return presets.findLast(
    (each) =>
      each.subjectKind === subjectKind &&
      each.key === key &&
      each.activeFrom !== null &&
      (version === undefined ? each.activeFrom.getTime() <= now : each.version === Number(version)) &&
      (each.activeUntil === null || each.activeUntil.getTime() > now),
  );
}

/** Which grade is asked for. */
export interface PresetQuestion {
  readonly merchantId: string;
  readonly preset: ActivePreset;
  readonly asOf: number;
  readonly knownAt: number;
}

/** A merchant's grade by a platform's rules. Those asked for at one moment at the same coordinates share their statements. */
export const presetGradeOf = async (
  call: Call,
  { merchantId, preset, asOf, knownAt }: PresetQuestion,
): Promise<PresetGrade> => (await grades(call, [preset.id, asOf, knownAt, merchantId].join('/')))!.grade;

interface Keyed {
  readonly key: string;
  readonly grade: PresetGrade;
}

const grades = loader(
  async (call: Call, keys: readonly string[]): Promise<Keyed[]> => {
    const { presets } = await recentRules(call);
    const groups = Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf('/')));
    const found = await Promise.all(
      [...groups].map(async ([group, ofGroup]) => {
        const [id, asOf, knownAt] = group.split('/');
        const { preset } = presets.find((each) => each.id === id)!;
        const merchantIds = ofGroup.map((key) => key.slice(group.length + 1));
        const moment = new Moment(call, Number(asOf), Number(knownAt));
        const byMerchant = await gradesBy(preset, moment, merchantIds);
        return ofGroup.map((key, i) => ({ key, grade: byMerchant(merchantIds[i]!) }));
      }),
    );
    return found.flat();
  },
  ({ key }) => key,
);

/** The coordinates of a question, as the statements want them. */
class Moment implements FactsAt {
  readonly sql: Reader;
  readonly asOf: Date;
  readonly knownAt: Date | null;
  readonly excusesKnownAt: Date;
  readonly day: number;

  constructor({ sql, now }: Call, asOf: number, knownAt: number) {
    this.sql = sql;
    this.asOf = new Date(Math.min(asOf, knownAt)); // what had not happened yet was not known
    this.knownAt = knownAt === now ? null : new Date(knownAt);
    this.excusesKnownAt = new Date(knownAt);
    this.day = dayOf(asOf);
  }

  /** The first instant of the first of so many days. */
  since(days: number): Date {
    return new Date((this.day - days + 1) * DAY_MS);
  }
}

type ByMerchant = (merchantId: string) => PresetGrade;

function gradesBy(preset: ActivePreset['preset'], moment: Moment, merchantIds: readonly string[]): Promise<ByMerchant> {
  switch (preset.method) {
    case 'STANDARDS':
      return standardsGrades(preset, moment, merchantIds);
    case 'LEVELS':
      return levelsGrades(preset, moment, merchantIds);
    case 'STARS':
      return starsGrades(preset, moment, merchantIds);
  }
}

async function standardsGrades(
  preset: StandardsPreset,
  at: Moment,
  merchantIds: readonly string[],
): Promise<ByMerchant> {
  const earliest = dayOf(at.since(lookBackDays(preset, 0)).getTime());
  const [reaches, excuses] = await Promise.all([
    reachesOf(preset, at, merchantIds),
    excusesBetween(at.sql, merchantIds, earliest, at.day, at.excusesKnownAt),
  ]);
  const asked = merchantIds.map((merchantId) => ({
    merchantId,
    since: at.since(lookBackDays(preset, reaches.get(merchantId)?.recent ?? 0)),
  }));
  const rows = await queries.orderDays(at.sql, asked, at, wantedOf(preset));
  const byMerchant = Map.groupBy(rows, ({ merchantId }) => merchantId);
  return (merchantId) => {
    const { recent = 0, firstDay = null } = reaches.get(merchantId) ?? {};
    const facts = orderFactsOf(byMerchant.get(merchantId) ?? [], firstDay);
    return standardsGrade(preset, facts, at.day, recent, periodsOf(excuses, merchantId));
  };
}

/** What decides how far back to look, and the first day; nothing where a preset asks for neither. */
async function reachesOf(
  { lookBack, metrics }: StandardsPreset,
  at: Moment,
  merchantIds: readonly string[],
): Promise<ReadonlyMap<string, queries.ReachRow>> {
  if (lookBack === null && metrics.every(({ unit }) => unit !== 'DAYS')) return new Map();
  const since = at.since(lookBack?.days.value ?? 1);
  const asked = merchantIds.map((merchantId) => ({ merchantId, since }));
  const rows = await queries.reachOf(at.sql, asked, at, lookBack?.enough.value ?? 0, lookBack?.of === 'SALES');
  return new Map(rows.map((row) => [row.merchantId, row]));
}

async function levelsGrades(preset: LevelsPreset, at: Moment, merchantIds: readonly string[]): Promise<ByMerchant> {
  const { goodFrom, badTo } = preset.stars;
  const since = at.since(preset.dimensions.windowDays.value);
  const [patterns, dimensions] = await Promise.all([
    queries.ratingPatterns(at.sql, merchantIds, at, { goodFrom: goodFrom.value, badTo: badTo.value }),
    queries.dimensionsSince(at.sql, merchantIds, since, at),
  ]);
  const byMerchant = Map.groupBy(patterns, ({ merchantId }) => merchantId);
  return (merchantId) => {
    const row = dimensions.find((each) => each.merchantId === merchantId);
    return levelsGrade(preset, ratingFactsOf(byMerchant.get(merchantId) ?? [], row), at.day);
  };
}

async function starsGrades(preset: StarsPreset, at: Moment, merchantIds: readonly string[]): Promise<ByMerchant> {
  const rows = Map.groupBy(await queries.starDays(at.sql, merchantIds, at), ({ merchantId }) => merchantId);
  return (merchantId) => starsGrade(preset, starFactsOf(rows.get(merchantId) ?? []), at.day);
}
