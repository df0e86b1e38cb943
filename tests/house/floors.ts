/**
 * The floors of `src`, lowest first, as src/README.md tells them. A file imports from its own folder and from lower floors;
 * those that share a floor do not know each other.
 */
export const FLOORS: readonly (readonly string[])[] = [
  // ground: pure
  ['kernel'],
  ['scoring'],
  ['detection'],
  // tools
  ['addresses.ts', 'command.ts', 'connections.ts', 'secrets.ts', 'setting.ts', 'signing-keys.ts'],
  ['issuer-settings.ts'],
  ['asking-settings.ts'],
  ['config.ts', 'installation.ts'],
  ['log.ts', 'telemetry'],
  ['db'],
  ['access'],
  ['feature.ts', 'schema'],
  ['audit'],
  // who calls, then parties and their points
  ['partners'],
  ['inquiries'],
  ['merchants', 'buyers'],
  ['points'],
  ['products'],
  // facts and their meaning
  ['evidence'],
  ['orders'],
  ['reviews'],
  // doubt, judgment, then measures and redress
  ['integrity'],
  ['grades'],
  ['vetting', 'sanctions'],
  ['rewards'],
  ['cases'],
  // to partners
  ['disclosure'],
  // to whoever asked to be told
  ['webhooks'],
  // doors, between what lists the tables and what lists the rooms
  ['entities.ts'],
  ['evaluate', 'demo'],
  ['simulate'],
  ['intake'],
  ['features.ts'],
  ['graphql'],
  // tops
  ['mikro-orm.config.ts', 'server.ts', 'worker.ts'],
  ['processes', 'commands.ts'],
  ['main.ts', 'cli.ts', 'client'],
];

/** Pure: no clock, no chance, no I/O. */
export const GROUND: readonly string[] = ['kernel', 'scoring', 'detection'];

/** The rooms: what the house is for. Each has a README.md of what it owns, does not own, and never lets happen. */
export const ROOMS: readonly string[] = [
  'audit',
  'merchants',
  'buyers',
  'products',
  'evidence',
  'orders',
  'reviews',
  'partners',
  'inquiries',
  'points',
  'integrity',
  'grades',
  'vetting',
  'sanctions',
  'rewards',
  'cases',
  'disclosure',
  'webhooks',
];

/** Who may ask what the environment says. A command's file is a door, wherever it lives. */
const DOORS = [
  'log.ts',
  'evaluate',
  'demo',
  'intake',
  'graphql',
  'server.ts',
  'processes',
  'main.ts',
  'worker.ts',
  'commands.ts',
];
export const mayReadConfig = (file: string, unit: string): boolean =>
  DOORS.includes(unit) || file.endsWith('.command.ts') || file === 'config.ts';
