# A machine with a unit that fails writes a report by itself. Needs a machine that can run virtual machines.
{ testers, module }:

testers.runNixOSTest {
  name = "nixwhy-on-failure";
  nodes.machine = {
    imports = [ module ];
    services.nixwhy = {
      enable = true;
      watchUnits = [ "broken" ];
    };
    systemd.services.broken = {
      serviceConfig.Type = "oneshot";
      script = "cat /no/such/file";
    };
  };
  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.fail("systemctl start broken.service")
    machine.wait_until_succeeds("ls /var/lib/nixwhy/broken.service.*.txt", timeout=60)
    machine.succeed("grep -q /no/such/file /var/lib/nixwhy/broken.service.*.txt")
    machine.succeed("journalctl -u 'nixwhy-report@*' | grep -q 'report: /var/lib/nixwhy'")
  '';
}
