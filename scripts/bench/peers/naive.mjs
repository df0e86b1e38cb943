// What one gets by following each library's first page: Apollo on express, type-graphql, em.find. The grade is precomputed.
import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import express from 'express';
import {
  Arg,
  buildSchema,
  Ctx,
  Field,
  FieldResolver,
  Float,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';

const Merchant = defineEntity({
  name: 'Merchant',
  tableName: 'bench_merchant',
  properties: {
    externalId: p.string().primary(),
    name: p.string().nullable(),
    level: p.string(),
    score: p.integer().nullable(),
    average: p.double().nullable(),
    count: p.integer(),
  },
});

/** Decorators by hand: this file is plain JavaScript. */
const objectType = (name, fields) => {
  const type = { [name]: class {} }[name];
  for (const [field, [of, options]] of Object.entries(fields)) Field(of, options)(type.prototype, field);
  ObjectType(name)(type);
  return type;
};
const Grade = objectType('Grade', { level: [() => String], score: [() => Int, { nullable: true }] });
const Rating = objectType('Rating', { average: [() => Float, { nullable: true }], count: [() => Int] });
const MerchantType = objectType('Merchant', { name: [() => String, { nullable: true }] });

class MerchantResolver {
  async merchants(externalIds, { em }) {
    const found = await em.find(Merchant, { externalId: { $in: externalIds } });
    const byId = new Map(found.map((merchant) => [merchant.externalId, merchant]));
    return externalIds.map((id) => byId.get(id) ?? null);
  }
  grade(merchant) {
    return merchant;
  }
  rating(merchant) {
    return merchant;
  }
}
const { prototype } = MerchantResolver;
Arg('externalIds', () => [String])(prototype, 'merchants', 0);
Ctx()(prototype, 'merchants', 1);
Query(() => [MerchantType], { nullable: 'items' })(prototype, 'merchants', {});
Root()(prototype, 'grade', 0);
FieldResolver(() => Grade)(prototype, 'grade', {});
Root()(prototype, 'rating', 0);
FieldResolver(() => Rating)(prototype, 'rating', {});
Resolver(() => MerchantType)(MerchantResolver);

const { host, port, user, database } = JSON.parse(process.env.CONNECTION);
const orm = await MikroORM.init({ entities: [Merchant], host, port, user, dbName: database, pool: { max: 10 } });
const apollo = new ApolloServer({ schema: await buildSchema({ resolvers: [MerchantResolver] }) });
await apollo.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(apollo, { context: async () => ({ em: orm.em.fork() }) }));
app.listen(Number(process.env.PORT), '127.0.0.1');
