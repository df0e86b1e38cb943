import { each, eachOfConnection, isAuditor, type Permissions } from '../access/rules.ts';

export const auditPermissions = {
  Query: { auditTrail: isAuditor },
  AuditEvent: {
    ...each(['id', 'at', 'actor', 'role', 'operation', 'subjects', 'details', 'note', 'outcome', 'code'], isAuditor),
    ...each(['times', 'requestId', 'logIndex'], isAuditor),
  },
  ...eachOfConnection('AuditEvent', isAuditor),
} satisfies Permissions;
