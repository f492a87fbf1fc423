//! Columns whose meaning the program knows.

/// What a column says of its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Family id.
    Family,
    /// Id of the father.
    Father,
    /// Id of the mother.
    Mother,
    /// Sex; see [`super::Sex`].
    Sex,
    /// Population.
    Population,
    /// Population group.
    SuperPopulation,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::Family,
        Self::Father,
        Self::Mother,
        Self::Sex,
        Self::Population,
        Self::SuperPopulation,
    ];

    /// The name under which a column with this role is found whatever its own name, and which
    /// is recorded in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Father => "father",
            Self::Mother => "mother",
            Self::Sex => "sex",
            Self::Population => "population",
            Self::SuperPopulation => "super_population",
        }
    }

    /// The role recorded under a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role of a column by its name, in any case: plink's names, those of the 1000 Genomes
    /// panel, and plain words.
    #[must_use]
    pub fn of_column(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.trim_start_matches('#') {
            "fid" | "family" | "family_id" | "family id" => Self::Family,
            "pat" | "father" | "father_id" | "paternal_id" | "paternal id" => Self::Father,
            "mat" | "mother" | "mother_id" | "maternal_id" | "maternal id" => Self::Mother,
            "sex" | "gender" => Self::Sex,
            "pop" | "population" | "population_code" | "population code" => Self::Population,
            "super_pop"
            | "superpop"
            | "super_population"
            | "superpopulation"
            | "superpopulation_code"
            | "superpopulation code" => Self::SuperPopulation,
            _ => return None,
        })
    }
}
