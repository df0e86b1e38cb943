import {
  getNamedType,
  getNullableType,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';
import { openSchema } from '../../src/graphql/schema.ts';
import { ID_PARTS, globalId, type IdType, type Ids } from '../../src/kernel/global-id.ts';

/** The schema as it is served, without its rules: what documents are made from. */
export const schema = await openSchema();

const NOWHERE = '0199a1b2-0000-7000-8000-000000000001';
export const missingId = (type: IdType): string =>
  globalId(type, ...(Array.from({ length: ID_PARTS[type] }, () => NOWHERE) as Ids<IdType>));

/** What stands for ids and names of the platform's own in documents. */
export interface Samples {
  /** By type; for what has no row of its own there, an id that is nobody's. */
  readonly ids: Readonly<Partial<Record<IdType, string>>>;
  /** The platform's own ids, by the name of the field that takes them. */
  readonly names: Readonly<Record<string, unknown>>;
}
export const NOBODYS: Samples = { ids: {}, names: {} };

/** Of which type an id is that is given here, where its name does not say. */
const ID_TYPES: Readonly<Record<string, IdType>> = {
  subjectId: 'Merchant',
  subjectIds: 'Merchant',
  holderId: 'Merchant',
  decisionId: 'Sanction',
  afterDeliveryId: 'WebhookDelivery',
};

/** What only some values are good for: by the whole path of an argument, or by its name. */
const TEXTS: Readonly<Record<string, unknown>> = {
  externalIds: ['m-1'],
  key: 'default',
  period: '2026-10',
  scopes: ['grades:read'],
  'Mutation.createApiKey.input.partnerId': null, // of the PLATFORM, which is the first role
  'Mutation.imposeSanction.input.ground': 'SPAM',
  'Query.hasPrivilege.key': 'PRIORITY_SUPPORT',
};

export interface Made {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Paths of arguments for which nobody said what a good value is. */
  readonly lacking: readonly string[];
}

/** A document that calls one root field with as few arguments as it takes, and ids wherever it takes any. */
export function callOf(kind: 'Query' | 'Mutation', name: string, selection: string, samples: Samples = NOBODYS): Made {
  const type = kind === 'Query' ? schema.getQueryType()! : schema.getMutationType()!;
  const { args, lacking } = argumentsOf(type.getFields()[name]!, `${kind}.${name}`, samples);
  const declared = args.map(({ arg }) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = args.map(({ arg }) => `${arg.name}: $${arg.name}`).join(', ');
  return {
    query: `${kind.toLowerCase()}${declared && ` (${declared})`} { it: ${name}${passed && `(${passed})`} ${selection} }`,
    variables: Object.fromEntries(args.map(({ arg, value }) => [arg.name, value])),
    lacking,
  };
}

/** Every mutation that is wanted, each called with the least that it takes. */
export function minimalMutations(isWanted: (name: string) => boolean, samples = NOBODYS): Record<string, Made> {
  const names = Object.keys(schema.getMutationType()!.getFields()).filter(isWanted);
  return Object.fromEntries(names.map((name) => [name, callOf('Mutation', name, '{ userErrors { code } }', samples)]));
}

type AnyField = GraphQLField<unknown, unknown>;

function argumentsOf({ args }: AnyField, path: string, samples: Samples) {
  const lacking: string[] = [];
  const given = args
    .filter((arg) => isRequiredArgument(arg) || takesId(arg))
    .map((arg) => ({ arg, value: sampleOf(arg.type, `${path}.${arg.name}`, samples, lacking) }));
  return { args: given, lacking };
}

/** What the arguments of a field are given that it cannot do without, by their names. */
export function nestedArguments(field: AnyField, path: string, samples: Samples, lacking: string[]) {
  const made = argumentsOf(field, path, samples);
  lacking.push(...made.lacking);
  return Object.fromEntries(made.args.map(({ arg, value }) => [arg.name, value]));
}

const takesId = ({ type }: GraphQLArgument | GraphQLInputField): boolean => getNamedType(type).name === 'ID';

let keys = 0;

function sampleOf(type: GraphQLInputType, path: string, samples: Samples, lacking: string[]): unknown {
  const name = path.split('.').at(-1)!;
  if (isNonNullType(type)) return sampleOf(type.ofType, path, samples, lacking);
  if (Object.hasOwn(samples.names, name)) return samples.names[name];
  if (Object.hasOwn(TEXTS, path)) return TEXTS[path];
  if (isListType(getNullableType(type)) && Object.hasOwn(TEXTS, name)) return TEXTS[name];
  if (type === GraphQLString && Object.hasOwn(TEXTS, name)) return TEXTS[name];
  if (getNamedType(type).name === '_Any') return representationsIn(samples);
  if (isListType(type)) return [sampleOf(type.ofType, path, samples, lacking)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || takesId(field));
    return Object.fromEntries(
      fields.map((field) => [field.name, sampleOf(field.type, `${path}.${field.name}`, samples, lacking)]),
    );
  }
  if (type.name === 'ID') return idFor(path, samples, lacking);
  if (name === 'idempotencyKey') return `matrix-${keys++}`;
  const value = SCALARS[type.name];
  if (value === undefined) lacking.push(`${path}: ${type.name}`);
  return value;
}

const SCALARS: Readonly<Record<string, unknown>> = {
  String: 'a text',
  Int: 1,
  SafeInt: 1,
  Float: 0.5,
  Boolean: true,
  Date: '2026-11-01',
  DateTime: '2026-11-01T00:00:00Z',
  JSON: {},
};

/** One of each entity, as a gateway of a federation names it. */
const representationsIn = ({ ids }: Samples): object[] =>
  (['Merchant', 'Buyer', 'Product', 'Review'] as const).map((type) => ({
    __typename: type,
    id: ids[type] ?? missingId(type),
  }));

/** `reviewId`, `reviewIds` and `Query.review.id` all name their type, if only by its end: `holdId` is a PointsHold's. */
function idFor(path: string, { ids }: Samples, lacking: string[]): string {
  const names = path.split('.');
  const name = names.at(-1)!;
  const told = name === 'id' || name === 'ids' ? names.at(-2)! : name.replace(/Ids?$/, '');
  if (['node', 'nodes'].includes(told)) return ids.Merchant ?? missingId('Merchant');
  const ending = `${told[0]!.toUpperCase()}${told.slice(1)}`;
  const types = Object.keys(ID_PARTS) as IdType[];
  const type = ID_TYPES[name] ?? types.find((each) => each === ending) ?? types.find((each) => each.endsWith(ending));
  if (type) return ids[type] ?? missingId(type);
  lacking.push(`${path}: ID (of no type that is known; add it to ID_TYPES in tests/access/documents.ts)`);
  return missingId('Merchant');
}
