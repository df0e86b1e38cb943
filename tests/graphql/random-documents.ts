import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Numbers from 0 to below 1, the same for the same seed: mulberry32, by T. Ettinger (public domain). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes documents at random, from what a schema has. */
export class RandomDocuments {
  readonly #schema: GraphQLSchema;
  readonly #next: () => number;

  constructor(schema: GraphQLSchema, next: () => number) {
    this.#schema = schema;
    this.#next = next;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#next() * items.length)]!;
  }

  /** One that the schema allows, as far as its types go. */
  valid(): string {
    const isMutation = this.#next() < 0.3;
    const root = isMutation ? this.#schema.getMutationType()! : this.#schema.getQueryType()!;
    const count = 1 + Math.floor(this.#next() * 3);
    const fields = Array.from({ length: count }, (_, i) => `a${i}: ${this.#field(this.pick(fieldsOf(root)), 0)}`);
    return `${isMutation ? 'mutation' : 'query'} { ${fields.join(' ')} }`;
  }

  /** A valid one with a few characters lost, doubled or changed. */
  broken(): string {
    let text = this.valid();
    const times = 1 + Math.floor(this.#next() * 4);
    for (let i = 0; i < times; i++) {
      const at = Math.floor(this.#next() * text.length);
      const odd = this.pick([
        '',
        '{',
        '}',
        '(',
        ')',
        '"',
        '$x',
        '@skip',
        '...',
        ' on ',
        '!',
        '\u0000',
        '9e999',
        ' nope ',
        '\\u{110000}',
        '#',
      ]);
      text = text.slice(0, at) + odd + text.slice(at + Math.floor(this.#next() * 3));
    }
    return text;
  }

  /** Anything that JSON can say. */
  json(depth = 0): unknown {
    const kind = this.#next();
    if (depth < 4 && kind < 0.15)
      return Array.from({ length: Math.floor(this.#next() * 4) }, () => this.json(depth + 1));
    if (depth < 4 && kind < 0.3)
      return Object.fromEntries(Array.from({ length: 3 }, () => [this.pick(TEXTS), this.json(depth + 1)]));
    return this.pick([null, true, false, 0, -1, 1.5, 1e21, -0, 2 ** 31, 2 ** 53, ...TEXTS]);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter(
      ({ type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || this.#next() < 0.3,
    );
    const args = given.map(({ name, type }) => `${name}: ${this.#value(type, 0)}`);
    return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#selection(field.type, depth)}`;
  }

  #selection(type: GraphQLOutputType, depth: number): string {
    const named = getNamedType(type);
    if (isLeafType(named)) return '';
    if (isAbstractType(named)) {
      const one = this.pick(this.#schema.getPossibleTypes(named));
      return ` { __typename ... on ${one.name}${this.#fields(one, depth)} }`;
    }
    return isObjectType(named) ? this.#fields(named, depth) : '';
  }

  #fields(type: GraphQLObjectType, depth: number): string {
    const all = fieldsOf(type);
    const few =
      depth >= 4 ? all.filter((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0) : all;
    const names = new Set(Array.from({ length: 3 }, () => (few.length > 0 ? this.pick(few) : null)));
    const texts = [...names].map((field) => (field ? this.#field(field, depth + 1) : '__typename'));
    return ` { ${texts.join(' ')} }`;
  }

  #value(type: GraphQLInputType, depth: number): string {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (isListType(type))
      return `[${Array.from({ length: Math.floor(this.#next() * 3) }, () => this.#value(type.ofType, depth)).join(', ')}]`;
    if (isEnumType(type)) return this.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth < 3 && this.#next() < 0.4),
      );
      return `{${fields.map((field) => `${field.name}: ${this.#value(field.type, depth + 1)}`).join(', ')}}`;
    }
    return this.#scalar(type.name);
  }

  #scalar(name: string): string {
    if (name === 'Int' || name === 'SafeInt') return String(this.pick([-1, 0, 1, 5, 100, 2 ** 31 - 1]));
    if (name === 'Float') return this.pick(['0', '-1.5', '1e300', '0.5']);
    if (name === 'Boolean') return this.pick(['true', 'false']);
    if (name === 'DateTime')
      return `"${this.pick(['2026-11-01T00:00:00Z', '1990-01-01T00:00:00Z', '2999-12-31T23:59:59.999Z'])}"`;
    if (name === 'Date') return `"${this.pick(['2026-11-01', '2026-10-01', '1990-01-01', '9999-12-31'])}"`;
    if (name === 'JSON') return this.pick(['{}', '[]', '1', '{merchant: "m-1", externalId: "m-9"}', '"x"', 'null']);
    return JSON.stringify(this.pick(TEXTS.filter((text) => text.isWellFormed()))); // else GraphQL does not even read it
  }
}

const fieldsOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] => Object.values(type.getFields());

/** Ids that there are, others that there are not, and what is none. */
export const TEXTS: readonly string[] = [
  'm-1',
  'b-1',
  'p-1',
  'o-1',
  'default',
  'default@1',
  'x',
  '',
  ' ',
  "'; drop table merchant; --",
  '%',
  '\u0000',
  '\ud800',
  '😀',
  '../etc',
  'a'.repeat(300),
  Buffer.from('Merchant:01939f6e-0000-7000-8000-000000000000').toString('base64url'),
  Buffer.from('Review:01939f6e-0000-7000-8000-000000000000:01939f6e-0000-7000-8000-000000000001').toString('base64url'),
];
