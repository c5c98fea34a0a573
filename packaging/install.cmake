# What `cmake --install` lays down and what CPack packs: the program, manual pages, completions, units, schemas.
include(GNUInstallDirs)
option(NIXWHY_BUNDLED "put the libraries beside the program, for a folder that can be moved anywhere" OFF)
find_program(GO_MD2MAN go-md2man)
find_program(GZIP gzip)

install(TARGETS nixwhy)
install(PROGRAMS packaging/systemd/nixwhy-report DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/nixwhy)
install(FILES docs/report.schema.json rules/rule.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/nixwhy/schema)
install(FILES packaging/systemd/on-failure.conf packaging/github/problem-matcher.json DESTINATION ${CMAKE_INSTALL_DATADIR}/nixwhy)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Completions and manual pages are made by the program's own tables, see tools/describe.cpp.
set(MADE ${CMAKE_BINARY_DIR}/described)
set(MADE_FILES)
function(make_described output)
  add_custom_command(OUTPUT ${MADE}/${output} COMMAND sh ${CMAKE_SOURCE_DIR}/packaging/describe.sh $<TARGET_FILE:describe> ${MADE}/${output}
    DEPENDS describe packaging/describe.sh ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMENT "Describing ${output}" VERBATIM)
  set(MADE_FILES ${MADE_FILES} ${MADE}/${output} PARENT_SCOPE)
endfunction()
make_described(nixwhy.bash)
make_described(_nixwhy)
make_described(nixwhy.fish)
install(FILES ${MADE}/nixwhy.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME nixwhy)
install(FILES ${MADE}/_nixwhy DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${MADE}/nixwhy.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
if(GO_MD2MAN AND GZIP)
  make_described(nixwhy.1.gz)
  make_described(nixwhy-rules.7.gz docs/rules.md)
  make_described(nixwhy-report.5.gz docs/reports.md)
  install(FILES ${MADE}/nixwhy.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${MADE}/nixwhy-rules.7.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
  install(FILES ${MADE}/nixwhy-report.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
else()
  message(STATUS "go-md2man or gzip is not there: no manual pages")
endif()
add_custom_target(described ALL DEPENDS ${MADE_FILES})

if(NIXWHY_BUNDLED)
  # Everything but the C library comes along, and is looked for beside the program.
  set_target_properties(nixwhy PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/nixwhy")
  target_link_options(nixwhy PRIVATE -Wl,--disable-new-dtags)  # the libraries' own libraries are found by it, too
  install(RUNTIME_DEPENDENCY_SET nixwhy_libraries DESTINATION lib/nixwhy
    PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv)\\.so" POST_EXCLUDE_REGEXES "/lib(c|m|dl|rt|pthread|resolv)\\.so")
  install(TARGETS nixwhy RUNTIME_DEPENDENCY_SET nixwhy_libraries)
  set(CPACK_GENERATOR TGZ)  # its entries take the time of SOURCE_DATE_EPOCH, too
else()
  # The unit names the place of the script, which is known only when it is installed: CPack's prefix is another than the build's.
  install(CODE "
    set(NIXWHY_REPORT \"${CMAKE_INSTALL_LIBEXECDIR}/nixwhy/nixwhy-report\")
    if(NOT IS_ABSOLUTE \"\${NIXWHY_REPORT}\")
      set(NIXWHY_REPORT \"\${CMAKE_INSTALL_PREFIX}/\${NIXWHY_REPORT}\")
    endif()
    configure_file(\"${CMAKE_SOURCE_DIR}/packaging/systemd/nixwhy-report@.service.in\" \"${CMAKE_BINARY_DIR}/nixwhy-report@.service\" @ONLY)")
  install(FILES ${CMAKE_BINARY_DIR}/nixwhy-report@.service DESTINATION lib/systemd/system)
  set(CMAKE_SKIP_INSTALL_RPATH ON)
  install(FILES packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
  if(GZIP)
    add_custom_command(OUTPUT ${MADE}/changelog.gz COMMAND sh ${CMAKE_SOURCE_DIR}/packaging/describe.sh ${PROJECT_VERSION} ${MADE}/changelog.gz
      DEPENDS CHANGELOG.md packaging/describe.sh WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
    add_custom_target(debian_changelog ALL DEPENDS ${MADE}/changelog.gz)
    install(FILES ${MADE}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
  endif()
  set(CPACK_GENERATOR DEB)
endif()

set(CPACK_PACKAGE_NAME nixwhy)
set(CPACK_PACKAGE_VENDOR nixwhy)
set(CPACK_PACKAGE_CONTACT "nixwhy maintainers <nixwhy@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "says why a NixOS rebuild or a Kubernetes node on NixOS failed")
set(CPACK_PACKAGE_DESCRIPTION "nixwhy reads logs, journals, archives and folders, matches them against
rules, and says what failed first, why, what merely followed from it,
what to do, and which lines prove it. It changes nothing and asks no network.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openssh-client, nix-bin")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGE_FILE_NAME "nixwhy-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_ARCHIVE_THREADS 1)
include(CPack)
