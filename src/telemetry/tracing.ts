import type { SpanExporter } from '@opentelemetry/sdk-trace';

type Spans = typeof import('./spans.ts').spanMakers;

/** Null: nothing is traced, nothing of it costs, and its libraries are not even loaded. */
let spans: Spans | null = null;

export const isTracing = (): boolean => spans !== null;

/** From now on this process tells the collector at `to`, or an exporter, what it does; null: nobody. Before anything is to be traced; what it gives ends it. */
export async function startTracing(to: string | SpanExporter | null): Promise<() => Promise<void>> {
  if (to === null) return async () => {};
  const [{ openProvider }, { spanMakers }] = await Promise.all([import('./provider.ts'), import('./spans.ts')]);
  const close = openProvider(to);
  spans = spanMakers;
  return async () => {
    spans = null;
    await close();
  };
}

/** Runs `next` under the span of a request, which is part of the trace that its headers name. */
export const underRequestSpan = (...[request, headers, next]: Parameters<Spans['underRequestSpan']>): void =>
  spans ? spans.underRequestSpan(request, headers, next) : next();

export const endRequestSpan = (...told: Parameters<Spans['endRequestSpan']>): void => spans?.endRequestSpan(...told);

/** `work`, under a span of this name where it is part of a trace. */
export const underStatementSpan = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
  spans ? spans.underStatementSpan(name, work) : work();
