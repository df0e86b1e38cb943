import { printSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, print, type DefinitionNode, type GraphQLSchema } from 'graphql';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])\n\n';
/** What the specification adds to each subgraph, and no subgraph tells. */
const MACHINERY: readonly string[] = ['_Any', '_Entity', '_Service', '_entities', '_service'];

const printed = new WeakMap<GraphQLSchema, string>();

/** The schema as gateways compose it with others: with its keys. Printed when it is first asked for. */
export function subgraphOf(schema: GraphQLSchema): string {
  let sdl = printed.get(schema);
  if (sdl === undefined) {
    const { kind, definitions } = parse(printSubgraphSchema(schema));
    sdl = LINK + print({ kind, definitions: definitions.filter(isOurs).map(withoutMachinery) });
    printed.set(schema, sdl);
  }
  return sdl;
}

const isOurs = (node: DefinitionNode): boolean =>
  !('name' in node && node.name !== undefined && MACHINERY.includes(node.name.value)) &&
  node.kind !== Kind.SCHEMA_DEFINITION; // its root types have their usual names, and LINK extends it

const withoutMachinery = (node: DefinitionNode): DefinitionNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION && node.fields
    ? { ...node, fields: node.fields.filter(({ name }) => !MACHINERY.includes(name.value)) }
    : node;
