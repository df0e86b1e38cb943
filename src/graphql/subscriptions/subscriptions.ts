import { createSourceEventStream, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import type { Call } from '../../access/call.ts';
import { refusedIn } from '../../audit/noted.ts';
import type { Refusals } from '../../audit/refusals.ts';
import { Deadline, underDeadline } from '../../db/deadline.ts';
import { Following } from '../../disclosure/following.ts';
import { holderOf } from '../../disclosure/holder.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Log } from '../../log.ts';
import { networkOf, purseOf } from '../budget/callers.ts';
import { charge } from '../cost/charge.ts';
import { REFUSED_POINTS } from '../cost/cost-plugin.ts';
import type { Documents } from '../documents.ts';
import { errorFormat } from '../errors.ts';
import { permissions } from '../schema.ts';
import { readAsked } from '../requests.ts';
import { Operations, type Operation } from './operations.ts';
import { OpenCount, type Room } from './room.ts';
import { askedBy, standings, type Asking, type Standing } from './standing.ts';
import { Stream } from './stream.ts';
import { toldOf } from './told.ts';

export interface SubscriptionDoor {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  /** Lets a request in, as at the HTTP door. */
  readonly callOf: ApolloFastifyContextFunction<Call>;
  /** The same, for many at a moment. */
  readonly recallOf: ApolloFastifyContextFunction<Call>;
  readonly refusals: Refusals;
  readonly room: Room;
  readonly timeoutMs: number; // for opening, and for the answer to each event
  readonly recheckMs: number; // so often it is looked whether those who follow still may
}

/** Opens subscriptions, by whichever transport they are asked for, behind the same guards as everything else. */
export class Subscriptions {
  readonly told: (error: unknown) => readonly GraphQLFormattedError[];
  readonly #door: SubscriptionDoor;
  readonly #operations: Operations;
  readonly #open: OpenCount;
  readonly #sockets: OpenCount;
  readonly #standing: Standing;
  readonly #streams = new Set<Stream>();
  #rechecking: NodeJS.Timeout | null = null;

  constructor(door: SubscriptionDoor, log: Log) {
    const format = errorFormat(log);
    this.told = (error) => toldOf(format, error);
    this.#door = door;
    this.#operations = new Operations(door.schema);
    this.#open = new OpenCount(door.room);
    this.#sockets = new OpenCount(door.room);
    this.#standing = standings(door.recallOf);
  }

  /** Lets whoever shows this have a socket; throws where that is wrong. What it returns says that it is closed. */
  async admit(asking: Asking): Promise<() => void> {
    const call = await askedBy(this.#door.callOf, asking);
    return this.#sockets.take(callerOf(call, asking));
  }

  /** `asking.body`: as GraphQL over HTTP has it. Whatever it throws is for the caller (`told`). */
  async open(asking: Asking): Promise<{ readonly stream: Stream; readonly call: Call }> {
    const { text, name, variables } = partsOf(readAsked(asking.body, this.#door.documents));
    const { headers, ip, url } = asking;
    const asked = { headers, ip, url, method: 'POST', body: { query: text } };
    const call = await askedBy(this.#door.callOf, asked);
    const operation = this.#found(call, text, name);
    const leave = this.#open.take(callerOf(call, asked));
    try {
      await charge(call, operation.plan, variables);
      const source = await this.#sourceOf(call, { operation, variables, asking: asked });
      const { schema, timeoutMs } = this.#door;
      const served = {
        schema,
        timeoutMs,
        rule: permissions['Subscription']![operation.field]!,
        standing: this.#standing,
        told: this.told,
        noteRefused: (refused: Call) => this.#noteRefused(refused),
      };
      const stream = new Stream({ asking: asked, operation, variables, source }, served);
      this.#keep(stream);
      source.onEnd(leave);
      return { call, stream };
    } catch (error) {
      leave();
      throw error;
    } finally {
      this.#noteRefused(call);
    }
  }

  /** What cannot be run costs something, too. */
  #found(call: Call, text: string, name: string | null): Operation {
    try {
      return this.#operations.find(text, name);
    } catch (error) {
      const purse = purseOf(call);
      purse?.budgets.charge(purse.caller, purse.allowance, REFUSED_POINTS);
      throw error;
    }
  }

  /** Those to whom nothing happens are looked at all the same, from time to time. */
  #keep(stream: Stream): void {
    this.#streams.add(stream);
    this.#rechecking ??= setInterval(() => {
      for (const each of this.#streams) void each.recheck();
    }, this.#door.recheckMs).unref();
    stream.subscribed.source.onEnd(() => {
      this.#streams.delete(stream);
      if (this.#streams.size > 0 || !this.#rechecking) return;
      clearInterval(this.#rechecking);
      this.#rechecking = null;
    });
  }

  async #sourceOf(
    call: Call,
    { operation, variables }: Pick<Stream['subscribed'], 'operation' | 'variables' | 'asking'>,
  ): Promise<Following> {
    const { schema, timeoutMs } = this.#door;
    const { document, name } = operation;
    const deadline = new Deadline(timeoutMs);
    try {
      const found = await underDeadline(deadline, () =>
        createSourceEventStream({
          schema,
          document,
          contextValue: call,
          variableValues: variables,
          operationName: name,
        }),
      );
      if (found instanceof Following) return found;
      const [error] = (found as { readonly errors: readonly GraphQLError[] }).errors;
      throw error!.path ? error : withCode(error!);
    } finally {
      deadline.clear();
    }
  }

  #noteRefused(call: Call): void {
    for (const refused of refusedIn(call)) this.#door.refusals.add(call, refused);
  }
}

/** Whose places it takes: those who do not sign in are known by where they are. */
const callerOf = ({ actor }: Call, { ip }: Asking): string =>
  actor.role === 'PUBLIC' ? `PUBLIC ${networkOf(ip)}` : holderOf(actor);

/** Variables that do not fit: as Apollo calls it. */
const withCode = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: 'BAD_USER_INPUT' } });

interface Parts {
  readonly text: string;
  readonly name: string | null;
  readonly variables: Record<string, unknown>;
}

function partsOf({ query, operationName = null, variables }: Readonly<Record<string, unknown>>): Parts {
  if (typeof query !== 'string' || query === '') throw wrong('`query` is the text of a subscription.');
  if (operationName !== null && typeof operationName !== 'string') throw wrong('`operationName` is a text.');
  const given = variables ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw wrong('`variables` is an object.');
  return { text: query, name: operationName, variables: given as Record<string, unknown> };
}

const wrong = (message: string) => new Refusal('INVALID', 'BAD_REQUEST', message);
