/**
 * Products that bear, or bore, several `vendor:product` names in CPE dictionaries: sold, renamed, or named twice. Each line is one product. Sources: NVD's
 * dictionary of CPE names, where deprecated names point to their successors, and the names that CVE records of one product use.
 */
const names: readonly (readonly string[])[] = [
  ["f5:nginx", "nginx:nginx", "igor_sysoev:nginx", "f5:nginx_open_source"],
  ["eclipse:jetty", "mortbay:jetty", "jetty:jetty"],
  ["redis:redis", "redislabs:redis"],
  ["digium:asterisk", "sangoma:asterisk", "asterisk:asterisk"],
  ["synacor:zimbra_collaboration_suite", "zimbra:collaboration", "zimbra:zimbra"],
  ["oracle:mysql", "oracle:mysql_server", "mysql:mysql"],
  ["microsoft:internet_information_services", "microsoft:internet_information_server", "microsoft:iis"],
  ["vsftpd_project:vsftpd", "beasts:vsftpd"],
  ["atlassian:confluence", "atlassian:confluence_server", "atlassian:confluence_data_center"],
  ["atlassian:jira", "atlassian:jira_server", "atlassian:jira_data_center"],
  ["oracle:weblogic_server", "bea:weblogic_server"],
  ["php:php", "php_group:php"],
  ["solarwinds:serv-u", "serv-u:serv-u", "solarwinds:serv-u_ftp_server"],
  ["aiohttp:aiohttp", "aiohttp_project:aiohttp"],
  ["cisco:adaptive_security_appliance_software", "cisco:adaptive_security_appliance"],
  ["vmware:rabbitmq", "pivotal_software:rabbitmq", "broadcom:rabbitmq_server"],
  ["citrix:netscaler_gateway", "citrix:gateway"],
  [
    "citrix:netscaler_application_delivery_controller",
    "citrix:application_delivery_controller",
    "citrix:netscaler_application_delivery_controller_firmware",
    "citrix:application_delivery_controller_firmware",
  ],
  ["ivanti:connect_secure", "pulsesecure:pulse_connect_secure", "juniper:ive_os"],
  ["ivanti:endpoint_manager_mobile", "mobileiron:core"],
  ["elastic:kibana", "elasticsearch:kibana"],
  ["elastic:elasticsearch", "elasticsearch:elasticsearch"],
  ["jenkins:jenkins", "cloudbees:jenkins"],
  ["progress:sitefinity", "telerik:sitefinity_cms", "progress:sitefinity_cms"],
  ["sonatype:nexus_repository_manager", "sonatype:nexus", "sonatype:nexus_repository"],
  ["powerdns:authoritative", "powerdns:authoritative_server"],
  ["adobe:magento", "magento:magento", "adobe:commerce", "adobe:magento_open_source"],
  ["hcltech:domino", "ibm:domino", "ibm:lotus_domino", "hcltechsw:domino"],
  ["openprinting:cups", "apple:cups"],
];

const others = new Map(names.flatMap((same) => same.map((name) => [name, same] as const)));

/** All names of a product, lower case, its own first. */
export function namesOf(product: string): readonly string[] {
  const same = others.get(product);
  return same === undefined ? [product] : [product, ...same.filter((name) => name !== product)];
}
