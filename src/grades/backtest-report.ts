import type { SubjectKind } from '../kernel/subject.ts';
import { type BacktestReport, type Cause, type Move } from '../scoring/backtest.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import type { Foresight } from '../scoring/foresight.ts';
import type { Level } from '../scoring/levels.ts';
import { policyChanges } from '../scoring/policy-diff.ts';
import type { Condition } from '../scoring/policy.ts';
import type { Segment } from '../scoring/segments.ts';
import { conditionName, kindLabel, signed, type Locale } from '../scoring/texts.ts';

/** A sentence in the languages that grades are explained in. */
export type InWords = Readonly<Record<Locale, string>>;

/** A subject that moves, as the platform knows it, and why. */
export interface WrittenMove extends Omit<Move, 'subjectId' | 'causes'> {
  readonly externalId: string;
  readonly name: string | null;
  readonly causes: readonly (Cause & { readonly text: InWords })[];
}

/** A backtest's report: pure JSON. */
export interface WrittenReport extends Pick<BacktestReport, 'subjects' | 'changed'> {
  readonly subjectKind: SubjectKind;
  readonly changes: readonly ({ readonly path: string } & InWords)[]; // of the rules
  readonly asOf: string; // RFC 3339: grades are compared as of then
  readonly levels: readonly Level[];
  readonly transitions: readonly (readonly number[])[]; // from the level of the row to that of the column
  readonly crossings: readonly {
    readonly level: Level;
    readonly upwards: number;
    readonly downwards: number;
    readonly examples: readonly string[]; // external ids
  }[];
  readonly segments: readonly Segment[];
  readonly movers: { readonly up: readonly WrittenMove[]; readonly down: readonly WrittenMove[] };
  readonly foresight: {
    readonly from: string;
    readonly to: string;
    readonly before: Foresight;
    readonly after: Foresight;
  };
}

type Names = ReadonlyMap<string, { readonly externalId: string; readonly name: string | null }>;

export function writtenReport(
  { before, after, to }: { before: CompiledPolicy; after: CompiledPolicy; to: number },
  cut: number,
  report: BacktestReport,
  names: Names,
): WrittenReport {
  const subjectKind = before.subjectKind;
  const write = (moves: readonly Move[]) => moves.map((move) => writtenMove(subjectKind, move, names));
  return {
    subjectKind,
    changes: policyChanges(before.document, after.document).map(({ path, sentence }) => ({
      path,
      en: sentence('en'),
      'zh-CN': sentence('zh-CN'),
    })),
    asOf: new Date(to).toISOString(),
    subjects: report.subjects,
    changed: report.changed,
    levels: report.levels,
    transitions: report.transitions,
    crossings: report.crossings.map((crossing) => ({
      ...crossing,
      examples: crossing.examples.map((id) => names.get(id)?.externalId ?? id),
    })),
    segments: report.segments,
    movers: { up: write(report.movers.up), down: write(report.movers.down) },
    foresight: { from: new Date(cut).toISOString(), to: new Date(to).toISOString(), ...report.foresight },
  };
}

function writtenMove(subjectKind: SubjectKind, { subjectId, causes, ...move }: Move, names: Names): WrittenMove {
  const { externalId, name } = names.get(subjectId) ?? { externalId: subjectId, name: null };
  const inWords = (cause: Cause) => ({
    ...cause,
    text: { en: causeIn('en', subjectKind, cause), 'zh-CN': causeIn('zh-CN', subjectKind, cause) },
  });
  return { externalId, name, ...move, causes: causes.map(inWords) };
}

function causeIn(locale: Locale, subjectKind: SubjectKind, { code, points }: Cause): string {
  const isChinese = locale === 'zh-CN';
  if (code.startsWith('GATE_')) return isChinese ? `${code.slice(5)} 级的门槛` : `the gate of ${code.slice(5)}`;
  if (code.startsWith('CAP_')) return conditionName(code.slice(4) as Condition, locale);
  const certainty = isChinese ? '确定程度' : 'How sure one can be';
  const label = code === 'CERTAINTY' ? certainty : kindLabel(subjectKind, code, locale);
  return isChinese ? `${label}：${signed(points)} 分` : `${label}: ${signed(points)} points`;
}
