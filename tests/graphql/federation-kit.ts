import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** A shop's own subgraph. It knows merchants by its own ids, keeps none of what we tell of them, and says what they offer. */
const STOREFRONT = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Query { listings(first: Int!): [Listing!]! }
  type Listing @key(fields: "id") { id: ID! title: String! seller: Merchant lastBuyer: Buyer review: Review }
  type Merchant @key(fields: "externalId") { externalId: String! listings: [Listing!]! }
  type Buyer @key(fields: "externalId", resolvable: false) { externalId: String! }
  type Review @key(fields: "id", resolvable: false) { id: ID! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`);

export interface Listing {
  readonly id: string;
  readonly title: string;
  readonly seller: { readonly externalId: string } | null;
  readonly lastBuyer?: { readonly externalId: string };
  readonly review?: { readonly id: string };
}

interface Caller {
  readonly authorization: string | undefined;
}

/** Hands on who the shopper is. What it asks of itself, on starting, has no caller. */
class AsCaller extends RemoteGraphQLDataSource<Partial<Caller>> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Partial<Caller>>): void {
    if (context.authorization) request.http?.headers.set('authorization', context.authorization);
  }
}

export interface Federation {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The storefront's subgraph and ours, composed, behind a gateway: each a server of its own. */
export async function startFederation(
  ourUrl: string,
  ourSdl: string,
  listings: readonly Listing[],
): Promise<Federation> {
  const storefront = new ApolloServer({ schema: storefrontSchema(listings), logger: QUIET });
  const { url: storefrontUrl } = await startStandaloneServer(storefront, { listen: { port: 0, host: '127.0.0.1' } });
  const { errors, supergraphSdl } = composeServices([
    { name: 'credence', typeDefs: parse(ourSdl), url: ourUrl },
    { name: 'storefront', typeDefs: STOREFRONT, url: storefrontUrl },
  ]);
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => new AsCaller({ url: url! }),
    logger: QUIET,
  });
  const front = new ApolloServer<Caller>({ gateway, logger: QUIET });
  const { url } = await startStandaloneServer(front, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  const stop = async () => {
    await front.stop();
    await storefront.stop();
  };
  return { url, stop };
}

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const storefrontSchema = (listings: readonly Listing[]) =>
  buildSubgraphSchema([
    {
      typeDefs: STOREFRONT,
      resolvers: {
        Query: { listings: (_: unknown, { first }: { readonly first: number }) => listings.slice(0, first) },
        Merchant: {
          listings: ({ externalId }: { readonly externalId: string }) =>
            listings.filter(({ seller }) => seller?.externalId === externalId),
        },
      },
    },
  ]);
