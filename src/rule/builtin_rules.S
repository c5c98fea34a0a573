# The packed rules as read-only data; NIXWHY_PACKED_RULES is the file that tools/pack_rules made.
        .section .rodata
        .global nixwhy_rules_begin
        .global nixwhy_rules_end
        .balign 16
nixwhy_rules_begin:
        .incbin NIXWHY_PACKED_RULES
nixwhy_rules_end:
        .byte 0
        .section .note.GNU-stack,"",@progbits
