// SPDX-License-Identifier: Apache-2.0
#include "control/segments/segment_objects.hpp"

#include "control/config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr Spelling kId{"id", "id"};
constexpr Spelling kName{"name", "name"};
constexpr Spelling kDomains{"domainNames", "domain_names"};

/// Segments for browsers, remote consoles and inspection have destinations too.
constexpr std::string_view kSegmentType = "zpa_application_segment";

const SegmentJson* below(const SegmentJson& object, const char* key) {
    return member_of(object, {key, key});
}

const SegmentJson* array_in(const SegmentJson& object, const char* key) {
    const SegmentJson* found = below(object, key);
    return found != nullptr && found->is_array() ? found : nullptr;
}

/// Walks one document; `file` and `objects` are the caller's.
class Collector {
  public:
    Collector(size_t file, SegmentObjects& objects)
        : file_(file),
          objects_(objects) {}

    /// Objects of the API carry no type: members tell.
    void add_objects(const SegmentJson& list, const std::string& name) {
        for (size_t i = 0; i < list.size(); ++i) {
            add_object(list[i], fmt::format("{}[{}]", name, i));
        }
    }

    void add_object(const SegmentJson& object, std::string place) {
        if (member_of(object, kDomains) != nullptr) {
            objects_.segments.push_back({&object, file_, std::move(place)});
            return;
        }
        ++objects_.others["objects without domainNames"];
        add_name(object);
    }

    /// A module as `terraform show -json` has it, and those within.
    void add_module(const SegmentJson& module) {
        if (const SegmentJson* resources = array_in(module, "resources")) {
            for (const SegmentJson& resource : *resources) {
                if (const SegmentJson* values = below(resource, "values")) {
                    add_resource(resource, *values, text_of(resource, {"address", "address"}));
                }
            }
        }
        if (const SegmentJson* modules = array_in(module, "child_modules")) {
            for (const SegmentJson& child : *modules) {
                add_module(child);
            }
        }
    }

    void add_state(const SegmentJson& resources) {
        for (const SegmentJson& resource : resources) {
            const SegmentJson* instances = array_in(resource, "instances");
            for (size_t i = 0; instances != nullptr && i < instances->size(); ++i) {
                if (const SegmentJson* values = below((*instances)[i], "attributes")) {
                    add_resource(resource, *values, address_of(resource, i, instances->size()));
                }
            }
        }
    }

  private:
    static std::string address_of(const SegmentJson& resource, size_t index, size_t count) {
        const std::string module = text_of(resource, {"module", "module"});
        return fmt::format(
            "{}{}{}.{}{}",
            module,
            module.empty() ? "" : ".",
            text_of(resource, {"type", "type"}),
            text_of(resource, kName),
            count > 1 ? fmt::format("[{}]", index) : ""
        );
    }

    void add_resource(const SegmentJson& resource, const SegmentJson& values, std::string address) {
        const std::string type = text_of(resource, {"type", "type"});
        if (type.starts_with(kSegmentType)) {
            objects_.segments.push_back({&values, file_, std::move(address)});
            return;
        }
        const bool is_known = type == "zpa_server_group" || type == "zpa_segment_group";
        if (!is_known) {
            ++objects_.others[type.empty() ? "resources without a type" : type];
        }
        if (is_known) {
            add_name(values);
        }
    }

    void add_name(const SegmentJson& object) {
        const std::string id = text_of(object, kId);
        const std::string name = text_of(object, kName);
        if (!id.empty() && !name.empty()) {
            objects_.names_by_id[id] = name;
        }
    }

    size_t file_;
    SegmentObjects& objects_;
};

/// The API answers in pages; one of several is not everything.
void count_page(const SegmentJson& document, SegmentObjects& objects) {
    const auto pages = parse_decimal(text_of(document, {"totalPages", "totalPages"}));
    if (pages && *pages > 1) {
        ++objects.n_pages;
        objects.n_pages_wanted = std::max<size_t>(objects.n_pages_wanted, *pages);
    }
}

/// The root module of what is, or of what a plan would make of it.
const SegmentJson* root_module_of(const SegmentJson& document) {
    for (const char* key : {"values", "planned_values"}) {
        if (const SegmentJson* values = below(document, key)) {
            if (const SegmentJson* root = below(*values, "root_module")) {
                return root;
            }
        }
    }
    return nullptr;
}

}  // namespace

const SegmentJson* member_of(const SegmentJson& object, const Spelling& spelling) {
    if (!object.is_object()) {
        return nullptr;
    }
    for (const char* key : {spelling.api, spelling.terraform}) {
        const auto found = object.find(key);
        if (found != object.end() && !found->is_null()) {
            return &*found;
        }
    }
    return nullptr;
}

std::string text_of(const SegmentJson& object, const Spelling& spelling) {
    const SegmentJson* found = member_of(object, spelling);
    if (found == nullptr) {
        return {};
    }
    if (found->is_number_unsigned()) {
        return fmt::format("{}", found->get<uint64_t>());
    }
    return found->is_string() ? found->get<std::string>() : std::string();
}

void collect_segments(
    const SegmentJson& document,
    size_t file,
    SegmentObjects& objects,
    Findings& findings
) {
    Collector collector(file, objects);
    if (document.is_array()) {
        collector.add_objects(document, "");
    } else if (const SegmentJson* list = array_in(document, "list")) {
        count_page(document, objects);
        collector.add_objects(*list, "list");
    } else if (const SegmentJson* root = root_module_of(document)) {
        collector.add_module(*root);
    } else if (const SegmentJson* resources = array_in(document, "resources")) {
        collector.add_state(*resources);
    } else if (member_of(document, kDomains) != nullptr) {
        collector.add_object(document, "object");
    } else {
        findings.error(
            {},
            "",
            "holds no application segments: give the API's answer, `terraform show -json` or a "
            "state of Terraform"
        );
    }
}

}  // namespace egret::control
