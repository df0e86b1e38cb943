import { each, eachOfConnection, isHouse, isModerator, open, type Permissions } from '../access/rules.ts';

const found = open('An excuse is found by the house alone.');

export const excusePermissions = {
  Query: { excuses: isHouse },
  Mutation: { excuseEvents: isModerator, revokeExcuse: isModerator },
  Excuse: {
    ...each(['id', 'ground', 'from', 'to', 'merchants', 'note', 'excusedBy', 'recordedAt'], found),
    ...each(['revokedAt', 'revokedBy', 'revokeNote'], found),
  },
  ...eachOfConnection('Excuse', found),
  ExcuseEventsPayload: each(['excuse', 'userErrors'], isModerator),
  RevokeExcusePayload: each(['excuse', 'userErrors'], isModerator),
} satisfies Permissions;
