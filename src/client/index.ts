export type { BulkExportRequest, ExportedGrade, FinishedExport } from './bulk-export.ts';
export type { Change, FollowOptions } from './changes.ts';
export { createClient, type Client } from './client.ts';
export {
  fetchKeys,
  verifyCredential,
  type CredentialClaims,
  type CredentialFault,
  type Offline,
  type Online,
  type Verdict,
} from './credentials.ts';
export type { DocumentTypeDecoration, TypedDocument } from './document.ts';
export { CredenceError, orThrow, type GraphqlError, type UserError } from './errors.ts';
export * from './generated/documents.ts';
export { idempotencyKey } from './idempotency-key.ts';
export type { Page } from './pages.ts';
export type { Answer } from './request.ts';
export type { ClientSettings, Purpose, RequestOptions } from './settings.ts';
export {
  verifyWebhook,
  type WebhookHeaders,
  type WebhookMessage,
  type WebhookOptions,
  type WebhookPayload,
} from './webhooks.ts';
