# What tools/pack_rules made, as read-only data: the packed rules, and their literals compiled for searching.
        .section .rodata
        .global nixwhy_rules_begin
        .global nixwhy_rules_end
        .global nixwhy_image_begin
        .global nixwhy_image_end
        .balign 64
nixwhy_rules_begin:
        .incbin NIXWHY_PACKED_RULES
nixwhy_rules_end:
        .balign 64
nixwhy_image_begin:
        .incbin NIXWHY_PACKED_IMAGE
nixwhy_image_end:
        .byte 0
        .section .note.GNU-stack,"",@progbits
