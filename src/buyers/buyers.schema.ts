import { Directive, ObjectType } from 'type-graphql';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';

/** A buyer as the loaders give it. */
export interface BuyerRow extends SubjectRow {
  readonly __typename: 'Buyer';
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "externalId")')
@ObjectType('Buyer', {
  implements: SubjectView,
  simpleResolvers: true,
  description:
    'A person who buys and reviews. Seen by itself and by the marketplace; a partner to whom it consents sees its id and grade.',
})
export class BuyerView extends SubjectView {}
