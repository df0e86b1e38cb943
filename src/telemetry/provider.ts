import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';

const PATIENCE_MS = 5_000; // for the last spans, when the process ends

/** Registers with OpenTelemetry where spans go: to a collector, or to an exporter. What it gives sends the last and ends it. */
export function openProvider(to: string | SpanExporter): () => Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'credence' }),
    spanProcessors: [typeof to === 'string' ? towards(to) : new SimpleSpanProcessor({ exporter: to })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    for (const api of [trace, context, propagation]) api.disable();
    await provider.shutdown().catch(() => {}); // the collector is gone: nothing is lost but spans
  };
}

/** Some at a time, beside the work. As the specification has it, the path is added to what the setting names. */
const towards = (endpoint: string): BatchSpanProcessor =>
  new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: PATIENCE_MS }),
  });
