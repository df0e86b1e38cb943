/** A first query to try: it needs no token. */
export const EXAMPLE_QUERY = `{
  merchant(externalId: "m-0001") {
    name
    grade {
      level
      score
    }
    rating {
      average
      count
    }
  }
}
`;

/** The same as GraphiQL shows it. */
export const EXAMPLE_FOR_BROWSERS = `# Ctrl-Enter runs this.
# A token goes under "Headers":
# {"Authorization": "Bearer …"}

${EXAMPLE_QUERY}`;
