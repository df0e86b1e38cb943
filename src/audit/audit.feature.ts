import type { Feature } from '../feature.ts';
import { auditEventById } from './audit.loaders.ts';
import { auditPermissions } from './audit.permissions.ts';
import { AuditResolver } from './audit.resolver.ts';

export const auditFeature: Feature = {
  name: 'audit',
  resolvers: [AuditResolver],
  permissions: auditPermissions,
  nodes: { AuditEvent: auditEventById },
};
