import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { CreditGradeView, LocaleArgs } from './grades.schema.ts';
import { GradeMetricView } from './metrics.schema.ts';
import type { MetricRow, PresetSubjectGrade } from './preset-grade.ts';

@Resolver(() => GradeMetricView)
export class MetricsResolver {
  @FieldResolver(() => String, { description: 'Its name in words.' })
  label(@Root() metric: MetricRow, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return metric.labelled(locale);
  }
}

@Resolver(() => CreditGradeView)
export class BandsResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: "The platform's own name of the band, in words; null as for `band`.",
  })
  bandLabel(@Root() grade: Partial<PresetSubjectGrade>, @Args(() => LocaleArgs) { locale }: LocaleArgs): string | null {
    return grade.bandLabelled?.(locale) ?? null;
  }
}
