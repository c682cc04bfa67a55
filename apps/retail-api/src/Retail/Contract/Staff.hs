{-# LANGUAGE DeriveAnyClass #-}

-- | Who works here, and how they say so.
module Retail.Contract.Staff where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Secret (Secret)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Cart (TaxMode, TaxRounding)
import Retail.Domain.Currency
import Retail.Domain.Id
import Retail.Domain.Role

-- | @organisation@ is its short name.
data Login = Login {organisation :: Text, email :: Text, password :: Secret}
  deriving stock (Show, Generic)
  deriving anyclass (Wire)

-- | Taking over a till where somebody is logged in.
data PinLogin = PinLogin {staffId :: Id "staff", pin :: Secret}
  deriving stock (Show, Generic)
  deriving anyclass (Wire)

-- | Without a location a role is held at all of them.
data Grant = Grant {role :: Role, locationId :: Maybe (Id "location")}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data Organisation = Organisation
  { organisationId :: Id "organisation",
    name :: Text,
    currency :: Currency,
    taxMode :: TaxMode,
    taxRounding :: TaxRounding,
    cashStep :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data StaffMember = StaffMember {staffId :: Id "staff", email :: Text, name :: Text, grants :: [Grant]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Me = Me {staff :: StaffMember, organisation :: Organisation}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | A PIN has 4 to 12 digits.
data NewStaff = NewStaff
  { email :: Text,
    name :: Text,
    password :: Secret,
    pin :: Maybe Secret,
    grants :: [Grant]
  }
  deriving stock (Show, Generic)
  deriving anyclass (Wire)

data AuditEntry = AuditEntry
  { entry :: Int,
    staffId :: Id "staff",
    action :: Text,
    detail :: Text,
    at :: UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
