import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

const tracer = trace.getTracer('credence');

const spanOf = new WeakMap<object, Span>();

function underRequestSpan(request: object, headers: Readonly<Record<string, unknown>>, next: () => void): void {
  const parent = propagation.extract(context.active(), headers); // W3C traceparent
  const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
  spanOf.set(request, span);
  context.with(trace.setSpan(parent, span), next);
}

/** What became of a request. `name`: what its span is to be called; null: as before. */
function endRequestSpan(
  request: object,
  name: string | null,
  attributes: Readonly<Record<string, string | number>>,
  hasFailed: boolean,
): void {
  const span = spanOf.get(request);
  if (!span) return;
  spanOf.delete(request);
  if (name !== null) span.updateName(name);
  span.setAttributes(attributes);
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Names and nothing else: texts and values stay in the house. */
async function underStatementSpan<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (!trace.getActiveSpan()) return work();
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** All of it at once, for `tracing.ts`, which loads it when it is wanted. */
export const spanMakers = { underRequestSpan, endRequestSpan, underStatementSpan };
