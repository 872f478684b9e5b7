import { parseFormatText } from "../access-format-text.ts";
import { formatOfLayout } from "../access-layout.ts";

/**
 * The access log of Confluence and Jira, which Tomcat writes with a pattern of theirs; Confluence has X-Forwarded-For in front from
 * 7.11 on, Jira from 9.4 on. A request thread's name starts with `http`. Source: Atlassian, "Audit Confluence Using the Tomcat Valve
 * Component"; Apache Tomcat, Access Log Valve.
 */
export const atlassian = formatOfLayout(
  "atlassian",
  "Confluence and Jira access log (Tomcat)",
  [
    parseFormatText(
      "%t %{X-Forwarded-For}i %{X-AUSERNAME}o http%{org.thread}r %h %r %s %Dms %b %{Referer}i %{User-Agent}i",
    ),
    parseFormatText("%t %{X-AUSERNAME}o http%{org.thread}r %h %r %s %Dms %b %{Referer}i %{User-Agent}i"),
  ],
  ["-exec-"],
);
