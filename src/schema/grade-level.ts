import type { Level } from '../scoring/levels.ts';
import { graphqlEnum } from './enum.ts';

export const GradeLevelEnum = graphqlEnum<Level>(
  'GradeLevel',
  'How far a subject can be trusted, from AAA down to D. The cuts, and what each band asks for, are in its policy.',
  {
    AAA: 'The best: proven by very many over a long time.',
    AA: 'Very good.',
    A: 'Good.',
    BBB: 'Better than a newcomer.',
    BB: 'About as a newcomer.',
    B: 'Weaker than a newcomer.',
    C: 'Weak.',
    D: 'Deals go wrong often.',
    NOT_RATED: 'Too little is known.',
  },
);
