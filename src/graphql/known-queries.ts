import type { GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { CheckedOperation } from './checked-operation.ts';
import { planOfOperation } from './cost/cost-plugin.ts';
import type { Plan } from './cost/plan.ts';
import { asksForSchema } from './introspection.ts';
import { SteadyQueries, type SteadyQuery } from './rows/steady-queries.ts';
import type { Steadiness } from './rows/steady-selection.ts';

/** So many documents are kept compiled; a new one takes the place of the one that came first. */
const MOST_DOCUMENTS = 500;

/** A query that comes again and again, ready to be run. */
export interface KnownQuery extends CheckedOperation {
  readonly run: CompiledQuery['query'];
  readonly plan: Plan;
  readonly steady: SteadyQuery | null; // where all that it asks for is kept by row
  readonly asksForSchema: boolean;
}

/** Queries that came before, by their text and by the name of the operation in it. */
export class KnownQueries {
  readonly #schema: GraphQLSchema;
  readonly #steady: SteadyQueries;
  readonly #compileFrom: number;
  readonly #byText = new Map<string, Map<string | null, { times: number; query: KnownQuery | null }>>();

  /** `compileFrom`: at which coming one is compiled. */
  constructor(schema: GraphQLSchema, steadiness: Steadiness, compileFrom: number) {
    this.#schema = schema;
    this.#steady = new SteadyQueries(schema, steadiness);
    this.#compileFrom = compileFrom;
  }

  find(text: string, name: string | null): KnownQuery | null {
    return this.#byText.get(text)?.get(name)?.query ?? null;
  }

  /** It came once more: the compiled one as soon as it has come often enough. */
  met(checked: CheckedOperation): KnownQuery | null {
    let named = this.#byText.get(checked.text);
    if (!named) {
      this.#byText.set(checked.text, (named = new Map()));
      if (this.#byText.size > MOST_DOCUMENTS) this.#byText.delete(this.#byText.keys().next().value!);
    }
    let seen = named.get(checked.name);
    if (!seen) named.set(checked.name, (seen = { times: 0, query: null }));
    if (++seen.times === this.#compileFrom) seen.query = this.#compiled(checked);
    return seen.query;
  }

  #compiled(checked: CheckedOperation): KnownQuery | null {
    const { document, name, operation } = checked;
    const compiled = compileQuery(this.#schema, document, name ?? undefined);
    if (!isCompiledQuery(compiled)) return null; // it is of a kind that is not compiled
    const plan = planOfOperation(this.#schema, document, operation);
    return {
      ...checked,
      run: compiled.query,
      plan,
      steady: this.#steady.of(checked, plan),
      asksForSchema: asksForSchema(document),
    };
  }
}
