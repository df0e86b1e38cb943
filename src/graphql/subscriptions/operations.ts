import { createHash } from 'node:crypto';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { Refusal } from '../../kernel/refusal.ts';
import { MAX_SELECTIONS, MAX_TOKENS, MAX_VALIDATION_ERRORS } from '../apollo.ts';
import { planOfOperation } from '../cost/cost-plugin.ts';
import type { Plan } from '../cost/plan.ts';
import { shapeRule } from '../shape.ts';

/** A subscription that was read and checked, and is compiled once for all who open it. */
export interface Operation {
  readonly hash: string; // of its text: SHA-256, hexadecimal
  readonly name: string | null;
  readonly document: DocumentNode;
  readonly field: string; // what it subscribes to
  readonly plan: Plan;
  readonly run: CompiledQuery['query'] | null; // null: it is of a kind that is not compiled
}

/** What is wrong with a document. */
export class Invalid extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the document is not valid');
    this.errors = errors;
  }
}

const MOST_OPERATIONS = 200;

export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #known = new Map<string, Operation>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Read, checked and compiled; throws `Invalid`, or a Refusal where it is no subscription. */
  find(text: string, name: string | null): Operation {
    const key = JSON.stringify([text, name]);
    let found = this.#known.get(key);
    if (!found) {
      found = this.#read(text, name);
      this.#known.set(key, found);
      if (this.#known.size > MOST_OPERATIONS) this.#known.delete(this.#known.keys().next().value!);
    }
    return found;
  }

  #read(text: string, name: string | null): Operation {
    const document = parsed(text);
    this.#check(document);
    const operation = getOperationAST(document, name);
    if (!operation)
      throw new Invalid([coded('BAD_REQUEST', 'Name one of the operations of the document by `operationName`.')]);
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) throw noSubscription();
    const field = fieldOf(operation, fragmentsIn(document));
    const compiled = compileQuery(this.#schema, document, name ?? undefined);
    return {
      hash: createHash('sha256').update(text).digest('hex'),
      name: operation.name?.value ?? null,
      document,
      field,
      plan: planOfOperation(this.#schema, document, operation),
      run: isCompiledQuery(compiled) ? compiled.query : null,
    };
  }

  #check(document: DocumentNode): void {
    if (selectionsIn(document) > MAX_SELECTIONS)
      throw new Invalid([
        coded('GRAPHQL_VALIDATION_FAILED', `A document may have ${MAX_SELECTIONS} selections, fragments written out.`),
      ]);
    const errors = validate(this.#schema, document, [...specifiedRules, shapeRule], {
      maxErrors: MAX_VALIDATION_ERRORS,
    });
    if (errors.length > 0) throw new Invalid(errors.map(asInvalid));
  }
}

const coded = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS });
  } catch (error) {
    const { message, source, positions } = error as GraphQLError;
    throw new Invalid([
      new GraphQLError(message, {
        source: source ?? null,
        positions: positions ?? null,
        extensions: { code: 'GRAPHQL_PARSE_FAILED' },
      }),
    ]);
  }
}

/** As the HTTP door words it: without hints at what else there is. */
const asInvalid = ({ message, nodes, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message.replace(/ ?Did you mean (.+?)\?$/, ''), {
    nodes: nodes ?? null,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...extensions },
  });

const noSubscription = () =>
  new Refusal('INVALID', 'SUBSCRIPTIONS_ONLY', 'Only subscriptions come this way. Send all else by HTTP to /graphql.');

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const fragmentsIn = ({ definitions }: DocumentNode): Fragments =>
  new Map(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));

/** Its one field; graphql-js has seen to it that there is no other. It may not be left out by a directive, which it does not look at. */
function fieldOf({ selectionSet }: OperationDefinitionNode, fragments: Fragments): string {
  const fieldsIn = (set: SelectionSetNode | undefined): string[] =>
    (set?.selections ?? []).flatMap((node) => {
      if ((node.directives?.length ?? 0) > 0)
        throw new Refusal('INVALID', 'DIRECTIVE_FORBIDDEN', 'The field of a subscription takes no directives.');
      if (node.kind === Kind.FIELD) return [node.name.value];
      return fieldsIn(
        node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)?.selectionSet,
      );
    });
  return fieldsIn(selectionSet)[0]!;
}

/** With fragments written out. Fragments that go in a circle are refused by the rules; here they end. */
function selectionsIn(document: DocumentNode): number {
  const fragments = fragmentsIn(document);
  const counts = new Map<string, number>();
  const inFragment = (name: string): number => {
    const known = counts.get(name);
    if (known !== undefined) return known;
    counts.set(name, 0);
    const count = inSet(fragments.get(name)?.selectionSet);
    counts.set(name, count);
    return count;
  };
  const inSet = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce(
      (sum, node) =>
        sum + 1 + (node.kind === Kind.FRAGMENT_SPREAD ? inFragment(node.name.value) : inSet(node.selectionSet)),
      0,
    );
  return document.definitions.reduce(
    (sum, node) => sum + (node.kind === Kind.OPERATION_DEFINITION ? inSet(node.selectionSet) : 0),
    0,
  );
}
