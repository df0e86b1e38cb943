import {
  getNamedType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  isListType,
  isNonNullType,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from 'graphql';

/** A row as its resolver gave it. */
const Row = new GraphQLScalarType({ name: 'RowAsItIs', serialize: (row) => row });

/** The same queries, but that what they give of these types are the rows themselves, for others to write out. */
export function schemaOfRows(schema: GraphQLSchema, types: ReadonlySet<string>): GraphQLSchema {
  const { fields, ...query } = schema.getQueryType()!.toConfig();
  const own: GraphQLFieldConfigMap<unknown, unknown> = {};
  for (const [name, field] of Object.entries(fields))
    own[name] = types.has(getNamedType(field.type).name) ? { ...field, type: asRows(field.type) } : field;
  return new GraphQLSchema({ query: new GraphQLObjectType({ ...query, fields: own }) });
}

function asRows(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return new GraphQLNonNull(asRows(type.ofType));
  return isListType(type) ? new GraphQLList(asRows(type.ofType)) : Row;
}

/** Of rows that are there, what is selected of them: `{ rows { … } }`. */
export function schemaOverRows(type: GraphQLObjectType): GraphQLSchema {
  const rows = { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))) };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { rows } }) });
}
