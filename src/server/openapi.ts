import { z } from "zod";
import { Problem, type Route, routes } from "./api.ts";

/** The OpenAPI 3.1 document of the API, made from its routes. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operationOf(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Vedette", version: "1", description: "Strings that come from inputs are data of unknown origin." },
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, "output") },
      securitySchemes: {
        cookie: { type: "apiKey", in: "cookie", name: "__Host-vedette" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function operationOf(name: string, route: Route): object {
  const problem = {
    description: "Refused",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const schema = route.response === undefined ? { type: "string" } : schemaOf(route.response, "output");
  return {
    operationId: name,
    summary: route.summary,
    ...(route.access === "open" ? { security: [] } : { security: [{ cookie: [] }, { token: [] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route)],
    ...(route.body && {
      requestBody: { required: true, content: { "application/json": { schema: schemaOf(route.body, "input") } } },
    }),
    responses: {
      200: { description: "Done", content: { [route.produces ?? "application/json"]: { schema } } },
      default: problem,
    },
  };
}

function pathParameters(path: string): object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

function queryParameters({ query }: Route): object[] {
  const properties = query === undefined ? {} : (schemaOf(query, "input") as { properties?: object }).properties;
  return Object.entries(properties ?? {}).map(([name, schema]) => ({ name, in: "query", schema }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return rest;
}
